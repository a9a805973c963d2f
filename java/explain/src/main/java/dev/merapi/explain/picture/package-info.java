/**
 * Pictures of what {@link dev.merapi.explain} finds, as PNG: charts by XChart, grids of images.
 *
 * <p>The only packages of Merapi that need the module java.desktop, in its headless form, are this
 * one and that which reads images.
 */
package dev.merapi.explain.picture;
