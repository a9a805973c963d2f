/** Reverse-mode automatic differentiation by graph building. */
package dev.merapi.core.autodiff;
