/** The workloads' convolutions and matrix products, one by one: Merapi and oneDNN's primitives. */
package dev.merapi.bench.kernel;
