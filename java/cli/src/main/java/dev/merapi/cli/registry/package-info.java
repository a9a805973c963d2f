/** What there is by name: the implementations found on the class path. */
package dev.merapi.cli.registry;
