package dev.merapi.backend.cuda.runtime;

import jcuda.CudaException;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;

/** Launches that were recorded once and are replayed by one. */
public final class CapturedGraph implements AutoCloseable {
  private final CUgraphExec handle = new CUgraphExec();

  private CapturedGraph(CUgraph graph) {
    JCudaDriver.cuGraphInstantiate(handle, graph, 0);
  }

  /** Records what some work launches into a stream, without running it. */
  public static CapturedGraph record(CudaStream stream, Runnable work) {
    CUgraph graph = new CUgraph();
    JCudaDriver.cuStreamBeginCapture(
        stream.handle(), CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
    try {
      work.run();
    } catch (RuntimeException e) {
      endBroken(stream, graph, e);
      throw e;
    }
    JCudaDriver.cuStreamEndCapture(stream.handle(), graph);
    try {
      return new CapturedGraph(graph);
    } finally {
      JCudaDriver.cuGraphDestroy(graph);
    }
  }

  /** The stream must leave its recording state, which itself fails when the recording did. */
  private static void endBroken(CudaStream stream, CUgraph graph, RuntimeException cause) {
    try {
      JCudaDriver.cuStreamEndCapture(stream.handle(), graph);
      JCudaDriver.cuGraphDestroy(graph);
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  /** Enqueues all of it. */
  public void launch(CudaStream stream) {
    try {
      JCudaDriver.cuGraphLaunch(handle, stream.handle());
    } catch (CudaException e) {
      throw stream.failure(
          new IllegalStateException(
              CudaStatus.describe(e)
                  + " in a recorded graph of all ops; run with --sync to find the one",
              e));
    }
  }

  @Override
  public void close() {
    JCudaDriver.cuGraphExecDestroy(handle);
  }
}
