/** Job files: what is trained on what, and how. */
package dev.merapi.cli.job;
