/** The {@code merapi} command. */
package dev.merapi.cli;
