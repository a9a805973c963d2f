package dev.merapi.backend.cuda.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.driver.CUfunction;
import jcuda.driver.JCudaDriver;

/**
 * A kernel with its arguments, to be launched again and again. The arguments lie in native memory,
 * packed as the device reads them, so that a launch makes nothing.
 */
public final class Launch {
  private final CUfunction function;
  private final int[] grid;
  private final int[] block;
  private final int sharedBytes;
  private final ByteBuffer arguments;
  private final ByteBuffer size;
  private final Pointer extra;

  private Launch(Builder builder) {
    function = builder.function;
    grid = builder.grid;
    block = builder.block;
    sharedBytes = builder.sharedBytes;
    arguments = builder.arguments;
    size = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder());
    size.putLong(0, arguments.position());
    extra =
        Pointer.to(
            JCudaDriver.CU_LAUNCH_PARAM_BUFFER_POINTER,
            Pointer.to(arguments.duplicate().rewind()),
            JCudaDriver.CU_LAUNCH_PARAM_BUFFER_SIZE,
            Pointer.to(size),
            JCudaDriver.CU_LAUNCH_PARAM_END);
  }

  /** Of a kernel that {@link CudaContext#function} gave. */
  public static Builder of(CUfunction function) {
    return of(function, CudaContext.ARGUMENT_BYTES);
  }

  /** As above, with room for so many bytes of arguments. */
  public static Builder of(CUfunction function, int argumentBytes) {
    return new Builder(function, argumentBytes);
  }

  /** Enqueues it. */
  public void run(CudaStream stream) {
    JCudaDriver.cuLaunchKernel(
        function,
        grid[0],
        grid[1],
        grid[2],
        block[0],
        block[1],
        block[2],
        sharedBytes,
        stream.handle(),
        null,
        extra);
  }

  /** Collects arguments, in the order of the kernel's parameters. */
  public static final class Builder {
    private final CUfunction function;
    private final ByteBuffer arguments;
    private int[] grid = {1, 1, 1};
    private int[] block = {1, 1, 1};
    private int sharedBytes;

    private Builder(CUfunction function, int argumentBytes) {
      this.function = function;
      arguments = ByteBuffer.allocateDirect(argumentBytes).order(ByteOrder.nativeOrder());
    }

    /** Blocks; 1 in each direction unless set. */
    public Builder grid(int x, int y, int z) {
      grid = new int[] {x, y, z};
      return this;
    }

    /** Threads of a block; 1 in each direction unless set. */
    public Builder block(int x, int y, int z) {
      block = new int[] {x, y, z};
      return this;
    }

    /** Dynamic shared memory of each block. */
    public Builder sharedBytes(int bytes) {
      sharedBytes = bytes;
      return this;
    }

    /** A tensor. */
    public Builder pointer(CudaBuffer buffer) {
      return int64(buffer.pointer().address());
    }

    /** A place within a tensor. */
    public Builder pointer(DevicePointer pointer) {
      return int64(pointer.address());
    }

    public Builder int64(long value) {
      align(Long.BYTES).putLong(value);
      return this;
    }

    public Builder int32(int value) {
      align(Integer.BYTES).putInt(value);
      return this;
    }

    public Builder float32(float value) {
      align(Float.BYTES).putFloat(value);
      return this;
    }

    public Builder float64(double value) {
      align(Double.BYTES).putDouble(value);
      return this;
    }

    private ByteBuffer align(int bytes) {
      return arguments.position((arguments.position() + bytes - 1) / bytes * bytes);
    }

    public Launch build() {
      return new Launch(this);
    }
  }
}
