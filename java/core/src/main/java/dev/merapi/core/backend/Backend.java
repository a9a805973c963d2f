package dev.merapi.core.backend;

import dev.merapi.core.graph.Node;
import dev.merapi.core.pass.Pass;
import dev.merapi.core.plan.Schedule;
import java.util.List;

/** An open device: makes kernels, memory and executables. Used from one thread at a time. */
public interface Backend extends AutoCloseable {
  /** The name of the device, such as {@code reference} or {@code cuda:0}. */
  String device();

  /**
   * Whether there is a kernel for this op on these types and shapes. For an op with saved outputs
   * and its backward op, the answer must be the same for both halves of the pair.
   */
  boolean supports(Node node);

  /** Passes of its own, run after decomposition and before elementwise fusion. */
  List<Pass> passes(Numerics numerics);

  /** What of elementwise computations is to be joined into one launch on this device. */
  Fusion fusion();

  /** Chooses a kernel for each step, in order; allocates no device memory for them. */
  List<PreparedStep> prepare(Schedule schedule, Numerics numerics);

  /**
   * Allocates device memory, whose contents are undefined.
   *
   * @param bytes at least 0
   * @param owner what for, for errors
   */
  Memory allocate(long bytes, String owner);

  /**
   * Allocates memory on the host that the device can copy to beside its other work. Its buffers are
   * for copies, not for programs, and other threads may read them.
   */
  Memory allocateHost(long bytes, String owner);

  /** The stream that programs run in. */
  Stream stream();

  /** Makes a program that runs the steps on their buffers. */
  Executable bind(BoundProgram program);

  /** Releases the device; its memory must have been closed before. */
  @Override
  void close();
}
