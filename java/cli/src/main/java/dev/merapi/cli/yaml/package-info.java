/**
 * YAML into records: a tree that remembers the line of every key, edits by key, and a mapper by
 * reflection over record components whose errors name file, line and key.
 */
package dev.merapi.cli.yaml;
