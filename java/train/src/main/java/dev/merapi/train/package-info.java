/**
 * Training: one step (forward, backward, clipping, optimizer) is one compiled program.
 *
 * <p>All updates are predicated on the control block's {@code finite} flag, on the device: a loss
 * or a gradient that is NaN or infinite never reaches the weights, though the host looks only every
 * few steps. Nothing is uploaded for a step but the batch: the learning rate is an expression of
 * the step.
 */
package dev.merapi.train;
