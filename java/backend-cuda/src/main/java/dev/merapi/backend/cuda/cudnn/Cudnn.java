package dev.merapi.backend.cuda.cudnn;

import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.HostNumber;
import dev.merapi.backend.cuda.runtime.LibraryHandle;
import dev.merapi.core.backend.Numerics;
import dev.merapi.core.runtime.Owned;
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

  /** CUDNN_STATUS_NOT_SUPPORTED of cuDNN 9; those up to 3999 say why. */
  private static final int NOT_SUPPORTED = 3000;

  private static final int AFTER_NOT_SUPPORTED = 4000;

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

  /**
   * Says what was asked for, and what cuDNN 9 means by a status that JCuda has no name for.
   *
   * @return an {@link UnsupportedOperationException} where cuDNN does not know how
   */
  static RuntimeException failure(String asked, CudaException e) {
    Matcher digits = STATUS.matcher(String.valueOf(e.getMessage()));
    int status = digits.find() ? Integer.parseInt(digits.group()) : 0;
    String answer = status != 0 ? JCudnn.cudnnGetErrorString(status) : e.getMessage();
    String message = "cuDNN: " + answer + " for " + asked;
    return status >= NOT_SUPPORTED && status < AFTER_NOT_SUPPORTED
        ? new UnsupportedOperationException(message, e)
        : new IllegalStateException(message, e);
  }

  @Override
  public void close() {
    owned.close();
  }
}
