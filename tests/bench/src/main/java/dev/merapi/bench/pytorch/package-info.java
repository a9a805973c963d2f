/** PyTorch on the workloads of {@code merapi bench}, through JavaCPP. */
package dev.merapi.bench.pytorch;
