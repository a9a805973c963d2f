package dev.merapi.backend.cpu;

/** A kernel that is a loop over independent parts. */
final class LoopKernel extends CpuKernel {
  /** The elements that all tensors must have for waking a thread to be worth its while. */
  static final int WORTH_SHARING = 1 << 20;

  private final Workers workers;
  private final int parts;
  private final Body body;
  private final Workers.Parts run = this::run;
  private Whole before = (in, out) -> {};
  private Whole after = (in, out) -> {};
  private boolean shared;
  private CpuBuffer[] inputs;
  private CpuBuffer[] outputs;

  /** Some parts of the loop, on the tensors. */
  @FunctionalInterface
  interface Body {
    void run(CpuBuffer[] in, CpuBuffer[] out, int worker, int from, int to);
  }

  /** A loop that cannot be cut into parts. */
  @FunctionalInterface
  interface Whole {
    void run(CpuBuffer[] in, CpuBuffer[] out);
  }

  LoopKernel(Workers workers, int parts, Body body) {
    this.workers = workers;
    this.parts = parts;
    this.body = body;
  }

  static LoopKernel whole(Workers workers, Whole loop) {
    return new LoopKernel(workers, 1, (in, out, worker, from, to) -> loop.run(in, out));
  }

  /** What is to be done before all parts. */
  LoopKernel before(Whole loop) {
    before = loop;
    return this;
  }

  /** What is to be done after all parts. */
  LoopKernel after(Whole loop) {
    after = loop;
    return this;
  }

  @Override
  void bind(CpuBuffer[] in, CpuBuffer[] out, CpuBuffer workspace) {
    inputs = in;
    outputs = out;
    long elements = 0;
    for (CpuBuffer tensor : in) {
      elements += tensor.type().type().shape().elements();
    }
    for (CpuBuffer tensor : out) {
      elements += tensor.type().type().shape().elements();
    }
    shared = workers.count() > 1 && parts > 1 && elements >= WORTH_SHARING;
  }

  @Override
  void run() {
    before.run(inputs, outputs);
    if (shared) {
      workers.run(parts, run);
    } else {
      run(0, 0, parts);
    }
    after.run(inputs, outputs);
  }

  private void run(int worker, int from, int to) {
    body.run(inputs, outputs, worker, from, to);
  }
}
