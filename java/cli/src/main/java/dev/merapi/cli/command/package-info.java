/** The subcommands of {@code merapi}, one per file. */
package dev.merapi.cli.command;
