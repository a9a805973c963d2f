/** Initialisers: what a variable holds before the first step. */
package dev.merapi.nn.init;
