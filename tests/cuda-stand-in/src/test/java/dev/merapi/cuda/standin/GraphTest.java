package dev.merapi.cuda.standin;

import static dev.merapi.cuda.standin.Cuda.check;
import static dev.merapi.cuda.standin.Cuda.download;
import static dev.merapi.cuda.standin.Cuda.event;
import static dev.merapi.cuda.standin.Cuda.kernel;
import static dev.merapi.cuda.standin.Cuda.launch;
import static dev.merapi.cuda.standin.Cuda.pointer;
import static dev.merapi.cuda.standin.Cuda.single;
import static dev.merapi.cuda.standin.Cuda.stream;
import static dev.merapi.cuda.standin.Cuda.upload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.cuda.standin.StandIn.Counter;
import dev.merapi.cuda.standin.StandIn.Knob;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUfunction;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Captures, and graphs that are replayed. */
@WithStandIn
class GraphTest {
  private static final String AFFINE =
      """
      extern "C" __global__ void affine(float* x, float a, float b) { *x = a * *x + b; }
      """;

  private CUfunction affine;
  private CUstream stream;
  private CUdeviceptr x;

  @BeforeEach
  void makeKernel() {
    affine = kernel(AFFINE);
    stream = stream();
    x = upload(1);
  }

  private void affine(CUstream on, CUdeviceptr target, float a, float b) {
    check(launch(affine, 1, 1).on(on).run(pointer(target), single(a), single(b)));
  }

  private void begin() {
    check(
        JCudaDriver.cuStreamBeginCapture(
            stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
  }

  /** The status of the capture's end; a graph that came of it is destroyed. */
  private int end() {
    CUgraph graph = new CUgraph();
    int status = JCudaDriver.cuStreamEndCapture(stream, graph);
    if (status == CUresult.CUDA_SUCCESS) {
      check(JCudaDriver.cuGraphDestroy(graph));
    }
    return status;
  }

  private CUgraphExec instantiate() {
    CUgraph graph = new CUgraph();
    check(JCudaDriver.cuStreamEndCapture(stream, graph));
    CUgraphExec executable = new CUgraphExec();
    check(JCudaDriver.cuGraphInstantiate(executable, graph, 0));
    check(JCudaDriver.cuGraphDestroy(graph));
    return executable;
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0", "0, 3"})
  void aGraphReplaysWhatWasCaptured(int lazy, long seed) {
    Knob.LAZY.set(lazy);
    Knob.SEED.set(seed);
    CUdeviceptr y = upload(5);
    CUstream other = stream();
    CUevent fork = event();
    CUevent join = event();
    float[] factor = {2};

    begin();
    check(launch(affine, 1, 1).on(stream).run(pointer(x), Pointer.to(factor), single(1)));
    factor[0] = 100; // the launch has its own copy
    check(JCudaDriver.cuEventRecord(fork, stream));
    check(JCudaDriver.cuStreamWaitEvent(other, fork, 0));
    check(JCudaDriver.cuMemcpyDtoDAsync(y, x, 4, other));
    affine(other, y, 1, 0.5f);
    check(JCudaDriver.cuEventRecord(join, other));
    check(JCudaDriver.cuStreamWaitEvent(stream, join, 0));
    affine(stream, x, 10, 0);
    CUgraphExec executable = instantiate();
    assertThat(download(x, 1)).containsExactly(1); // nothing has run yet

    check(JCudaDriver.cuGraphLaunch(executable, stream));
    check(JCudaDriver.cuGraphLaunch(executable, stream));
    check(JCudaDriver.cuStreamSynchronize(stream));

    // x: 1 -> 3 -> 30 -> 61 -> 610
    assertThat(download(x, 1)).containsExactly(610);
    assertThat(download(y, 1)).containsExactly(61.5f);
    check(JCudaDriver.cuGraphExecDestroy(executable));
  }

  @Test
  void aMissingDependencyShowsInLazyMode() {
    CUdeviceptr y = upload(5);
    CUstream other = stream();
    CUevent fork = event();
    CUevent join = event();

    begin();
    check(JCudaDriver.cuEventRecord(fork, stream));
    check(JCudaDriver.cuStreamWaitEvent(other, fork, 0));
    affine(stream, x, 0, 7);
    check(JCudaDriver.cuMemcpyDtoDAsync(y, x, 4, other)); // should wait for the kernel
    check(JCudaDriver.cuEventRecord(join, other));
    check(JCudaDriver.cuStreamWaitEvent(stream, join, 0));
    CUgraphExec executable = instantiate();
    Knob.LAZY.set(1);
    check(JCudaDriver.cuGraphLaunch(executable, stream));
    check(JCudaDriver.cuStreamSynchronize(stream));

    assertThat(download(y, 1)[0]).isCloseTo(1, within(0f));
    check(JCudaDriver.cuGraphExecDestroy(executable));
  }

  @Test
  void launchesOfGraphsAreCounted() {
    begin();
    affine(stream, x, 1, 1);
    affine(stream, x, 1, 1);
    CUgraphExec executable = instantiate();
    Knob.RESET_COUNTERS.set(0);

    check(JCudaDriver.cuGraphLaunch(executable, stream));

    assertThat(Counter.LAUNCHES.read()).isEqualTo(1);
    assertThat(Counter.GRAPH_LAUNCHES.read()).isEqualTo(1);
    check(JCudaDriver.cuGraphExecDestroy(executable));
  }

  @Test
  void aReplayAfterABufferWasFreedIsFound() {
    CUdeviceptr freed = new CUdeviceptr();
    check(JCudaDriver.cuMemAlloc(freed, 4));
    begin();
    affine(stream, freed, 1, 1);
    CUgraphExec executable = instantiate();
    check(JCudaDriver.cuMemFree(freed));

    assertThat(JCudaDriver.cuGraphLaunch(executable, stream))
        .isEqualTo(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS);
    assertThat(Cuda.lastError()).contains("affine", "FREED");
    // The context is lost, but what the engine holds can still be given back.
    assertThat(JCudaDriver.cuGraphExecDestroy(executable))
        .isEqualTo(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS);
  }

  @Test
  void allocationsInACaptureInvalidateIt() {
    begin();
    assertThat(JCudaDriver.cuMemAlloc(new CUdeviceptr(), 4))
        .isEqualTo(CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    assertThat(end()).isEqualTo(CUresult.CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
  }

  @Test
  void waitsInACaptureInvalidateIt() {
    begin();
    assertThat(JCudaDriver.cuStreamSynchronize(stream))
        .isEqualTo(CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    assertThat(end()).isEqualTo(CUresult.CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
  }

  @Test
  void theNullStreamMayNotBeUsedDuringACapture() {
    begin();
    assertThat(launch(affine, 1, 1).run(pointer(x), single(1), single(1)))
        .isEqualTo(CUresult.CUDA_ERROR_STREAM_CAPTURE_IMPLICIT);
    assertThat(end()).isEqualTo(CUresult.CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
  }

  @Test
  void aForkedStreamMustBeJoined() {
    CUstream other = stream();
    CUevent fork = event();
    begin();
    check(JCudaDriver.cuEventRecord(fork, stream));
    check(JCudaDriver.cuStreamWaitEvent(other, fork, 0));
    affine(other, x, 1, 1);
    assertThat(end()).isEqualTo(CUresult.CUDA_ERROR_STREAM_CAPTURE_UNJOINED);
  }

  @Test
  void anEventFromOutsideCannotBeWaitedFor() {
    CUevent outside = event();
    check(JCudaDriver.cuEventRecord(outside, stream()));
    begin();
    assertThat(JCudaDriver.cuStreamWaitEvent(stream, outside, 0))
        .isEqualTo(CUresult.CUDA_ERROR_STREAM_CAPTURE_ISOLATION);
    assertThat(end()).isEqualTo(CUresult.CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
  }

  @Test
  void anEventOfACaptureCannotBeWaitedForByTheHost() {
    CUevent inside = event();
    begin();
    check(JCudaDriver.cuEventRecord(inside, stream));
    assertThat(JCudaDriver.cuEventSynchronize(inside))
        .isEqualTo(CUresult.CUDA_ERROR_CAPTURED_EVENT);
    check(end());
  }

  @Test
  void copiesFromPageableMemoryCannotBeCaptured() {
    begin();
    assertThat(JCudaDriver.cuMemcpyHtoDAsync(x, Pointer.to(new float[1]), 4, stream))
        .isEqualTo(CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    assertThat(end()).isEqualTo(CUresult.CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
  }
}
