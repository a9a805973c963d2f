/**
 * The reference backend: what the right answer is.
 *
 * <p>Plain loops on one thread, F64 arithmetic whatever the element type, no fusion, no layouts.
 * The other backends are tested against it, and it is itself tested against closed forms; so it
 * stays simple where it could be fast.
 */
package dev.merapi.backend.reference;
