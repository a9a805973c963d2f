/** Turns arguments of the command line into samples of a model: images, rows of numbers, texts. */
package dev.merapi.cli.input;
