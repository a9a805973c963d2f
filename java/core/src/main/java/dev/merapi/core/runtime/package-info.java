/**
 * Compiles graphs into programs and runs them on a device.
 *
 * <p>A {@link dev.merapi.core.runtime.StateStore} holds a device's variables and the arena that its
 * programs share. Training, evaluation and the smaller last batch are several programs over one
 * store, so weights are never copied between them.
 */
package dev.merapi.core.runtime;
