/** Gradient clipping. */
package dev.merapi.train.clip;
