package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.CudaBuffer;
import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.CudaStream;
import dev.merapi.backend.cuda.runtime.Launch;
import java.util.ArrayList;
import java.util.List;
import jcuda.driver.CUfunction;

/** A kernel that is one launch or a few of functions in CUDA C. */
public final class LaunchKernel extends CudaKernel {
  /** Threads of a block, unless a kernel says otherwise. */
  public static final int THREADS = 256;

  private final String variant;
  private final long workspaceBytes;
  private final Binder binder;
  private List<Launch> launches = List.of();

  /** Makes the launches, with grid, block and arguments, when the buffers are known. */
  @FunctionalInterface
  public interface Binder {
    List<Launch> bind(CudaBuffer[] inputs, CudaBuffer[] outputs, CudaBuffer workspace);
  }

  /** Sets the arguments of a launch whose grid and block are set. */
  @FunctionalInterface
  public interface Arguments {
    void set(Launch.Builder launch, CudaBuffer[] inputs, CudaBuffer[] outputs);
  }

  public LaunchKernel(String variant, long workspaceBytes, Binder binder) {
    this.variant = variant;
    this.workspaceBytes = workspaceBytes;
    this.binder = binder;
  }

  /**
   * One launch, with a thread for each of some elements or, where these are more than the device
   * runs side by side, with threads that go on with further ones: the function strides by the grid.
   */
  public static LaunchKernel over(
      long elements, CUfunction function, CudaContext context, Arguments arguments) {
    return new LaunchKernel(
        "",
        0,
        (in, out, workspace) -> {
          Launch.Builder launch = grid(Launch.of(function), elements, context);
          arguments.set(launch, in, out);
          return List.of(launch.build());
        });
  }

  /** Blocks of {@link #THREADS} for so many elements. */
  public static Launch.Builder grid(Launch.Builder launch, long elements, CudaContext context) {
    long blocks = (elements + THREADS - 1) / THREADS;
    long side = 16L * context.multiprocessors();
    return launch.grid((int) Math.max(1, Math.min(blocks, side)), 1, 1).block(THREADS, 1, 1);
  }

  @Override
  public long workspaceBytes() {
    return workspaceBytes;
  }

  @Override
  public String variant() {
    return variant;
  }

  @Override
  protected void bind(CudaBuffer[] inputs, CudaBuffer[] outputs, CudaBuffer workspace) {
    launches = new ArrayList<>(binder.bind(inputs, outputs, workspace));
  }

  @Override
  protected void run(CudaStream stream) {
    for (int i = 0; i < launches.size(); i++) {
      launches.get(i).run(stream);
    }
  }

  @Override
  public void release() {
    launches = List.of();
  }
}
