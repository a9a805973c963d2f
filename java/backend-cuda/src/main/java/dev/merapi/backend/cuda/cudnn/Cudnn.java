package dev.merapi.backend.cuda.cudnn;

import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.HostNumber;
import dev.merapi.backend.cuda.runtime.LibraryHandle;
import dev.merapi.backend.cuda.runtime.Owned;
import dev.merapi.core.backend.Numerics;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jcuda.CudaException;
import jcuda.Pointer;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnHandle;
import jcuda.jcudnn.cudnnMathType;
import jcuda.runtime.cudaStream_t;

/** cuDNN on the stream of a context. */
final class Cudnn implements LibraryHandle {
  private static final Pattern STATUS = Pattern.compile("-?\\d+$");

  private final Owned owned = new Owned();
  private final cudnnHandle handle = new cudnnHandle();
  private final Pointer one = HostNumber.float32(1);
  private final Pointer zero = HostNumber.float32(0);

  private Cudnn(CudaContext context) {
    try {
      JCudnn.cudnnCreate(handle);
      owned.add(() -> JCudnn.cudnnDestroy(handle));
      JCudnn.cudnnSetStream(handle, new cudaStream_t(context.stream().handle()));
    } catch (CudaException e) {
      owned.closeAfter(e);
      throw failure("opening it", e);
    }
  }

  static Cudnn of(CudaContext context) {
    return context.library(Cudnn.class, Cudnn::new);
  }

  /** How products of F32 tensors are computed; by default cuDNN shortens their factors to TF32. */
  static int mathType(Numerics numerics) {
    return numerics.tf32() ? cudnnMathType.CUDNN_DEFAULT_MATH : cudnnMathType.CUDNN_FMA_MATH;
  }

  cudnnHandle handle() {
    return handle;
  }

  /** The factor of a result. */
  Pointer one() {
    return one;
  }

  /** The factor of what was in a result's place. */
  Pointer zero() {
    return zero;
  }

  /** Says what was asked for, and what cuDNN 9 means by a status that JCuda has no name for. */
  static IllegalStateException failure(String asked, CudaException e) {
    Matcher status = STATUS.matcher(String.valueOf(e.getMessage()));
    String answer =
        status.find()
            ? JCudnn.cudnnGetErrorString(Integer.parseInt(status.group()))
            : e.getMessage();
    return new IllegalStateException("cuDNN: " + answer + " for " + asked, e);
  }

  @Override
  public void close() {
    owned.close();
  }
}
