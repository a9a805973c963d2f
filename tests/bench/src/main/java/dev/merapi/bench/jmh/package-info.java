/** JMH benchmarks of single ops, on any device. */
package dev.merapi.bench.jmh;
