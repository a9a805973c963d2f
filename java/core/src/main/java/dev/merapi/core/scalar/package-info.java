/**
 * The scalar language of elementwise ops.
 *
 * <p>Every activation, comparison and update rule is an expression of this small language instead
 * of a kernel of its own: its derivative is found symbolically, regions of such ops are fused by
 * substitution, and a backend prints or interprets the language once.
 */
package dev.merapi.core.scalar;
