package dev.merapi.backend.reference;

import dev.merapi.core.op.source.Constant;

/** Fills constants. */
final class SourceKernels {
  private SourceKernels() {}

  static void register(KernelTable table) {
    table.add(
        Constant.class,
        (op, inputTypes, outputTypes) -> {
          int elements = op.type().shape().elements();
          return (inputs, outputs) -> {
            for (int i = 0; i < elements; i++) {
              outputs[0].set(i, op.value());
            }
          };
        });
  }
}
