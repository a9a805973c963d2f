package dev.merapi.backend.cuda;

import dev.merapi.backend.cuda.cublas.EpilogueKernels;
import dev.merapi.backend.cuda.cublas.MatMulKernels;
import dev.merapi.backend.cuda.cudnn.BatchNormKernels;
import dev.merapi.backend.cuda.cudnn.Conv2dKernels;
import dev.merapi.backend.cuda.cudnn.PoolingKernels;
import dev.merapi.backend.cuda.cudnn.RecurrentKernels;
import dev.merapi.backend.cuda.kernels.KernelTable;
import dev.merapi.core.backend.Numerics;

/** All kernels: our own, and those of NVIDIA's libraries. */
final class CudaKernels {
  private CudaKernels() {}

  static KernelTable table(Numerics numerics) {
    KernelTable table = KernelTable.ofOwnKernels(numerics);
    MatMulKernels.register(table);
    EpilogueKernels.register(table);
    Conv2dKernels.register(table);
    PoolingKernels.register(table);
    BatchNormKernels.register(table);
    RecurrentKernels.register(table);
    return table;
  }
}
