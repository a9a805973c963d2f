package dev.merapi.cuda.standin;

import static dev.merapi.cuda.standin.Cuda.allocate;
import static dev.merapi.cuda.standin.Cuda.check;
import static dev.merapi.cuda.standin.Cuda.download;
import static dev.merapi.cuda.standin.Cuda.event;
import static dev.merapi.cuda.standin.Cuda.integer;
import static dev.merapi.cuda.standin.Cuda.kernel;
import static dev.merapi.cuda.standin.Cuda.launch;
import static dev.merapi.cuda.standin.Cuda.pinned;
import static dev.merapi.cuda.standin.Cuda.pointer;
import static dev.merapi.cuda.standin.Cuda.stream;
import static dev.merapi.cuda.standin.Cuda.upload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.cuda.standin.Cuda.Pinned;
import dev.merapi.cuda.standin.StandIn.Counter;
import dev.merapi.cuda.standin.StandIn.Knob;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUfunction;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Work on streams: in their order, at once or late. */
@WithStandIn
class StreamTest {
  private static final String ADD_ONE =
      """
      extern "C" __global__ void addOne(float* x, int n) {
        int i = blockIdx.x * blockDim.x + threadIdx.x;
        if (i < n) x[i] += 1;
      }
      """;

  private static int addOne(CUdeviceptr x, CUstream stream) {
    CUfunction addOne = kernel(ADD_ONE);
    return launch(addOne, 1, 32).on(stream).run(pointer(x), integer(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aStreamKeepsItsOrder(int lazy) {
    Knob.LAZY.set(lazy);
    CUstream stream = stream();
    CUdeviceptr x = allocate(4);
    Pinned in = pinned(1);
    Pinned out = pinned(1);
    in.floats().put(0, 41);

    check(JCudaDriver.cuMemcpyHtoDAsync(x, in.pointer(), 4, stream));
    check(addOne(x, stream));
    check(JCudaDriver.cuMemcpyDtoHAsync(out.pointer(), x, 4, stream));
    check(JCudaDriver.cuStreamSynchronize(stream));

    assertThat(out.floats().get(0)).isEqualTo(42);
  }

  @Test
  void aPinnedBufferThatIsReadBeforeTheWaitIsNan() {
    CUstream stream = stream();
    CUdeviceptr x = upload(7);
    Pinned out = pinned(1);
    Knob.LAZY.set(1);

    check(JCudaDriver.cuMemcpyDtoHAsync(out.pointer(), x, 4, stream));

    assertThat(out.floats().get(0)).isNaN();
    check(JCudaDriver.cuStreamSynchronize(stream));
    assertThat(out.floats().get(0)).isEqualTo(7);
  }

  @Test
  void aPinnedBufferThatIsFilledAgainBeforeTheWaitSpoilsTheCopy() {
    CUstream stream = stream();
    CUdeviceptr x = upload(0);
    Pinned in = pinned(1);
    Knob.LAZY.set(1);

    in.floats().put(0, 1);
    check(JCudaDriver.cuMemcpyHtoDAsync(x, in.pointer(), 4, stream));
    in.floats().put(0, 2);
    check(JCudaDriver.cuStreamSynchronize(stream));

    assertThat(download(x, 1)).containsExactly(2);
  }

  @Test
  void aMissingWaitBetweenStreamsShows() {
    CUdeviceptr x = upload(0);
    CUstream first = stream();
    CUstream second = stream();
    Pinned out = pinned(1);
    Knob.LAZY.set(1);

    check(addOne(x, first));
    check(JCudaDriver.cuMemcpyDtoHAsync(out.pointer(), x, 4, second));
    check(JCudaDriver.cuCtxSynchronize());

    assertThat(out.floats().get(0)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void anEventOrdersStreams(int lazy) {
    Knob.LAZY.set(lazy);
    CUdeviceptr x = upload(0);
    CUstream first = stream();
    CUstream second = stream();
    CUevent done = event();
    Pinned out = pinned(1);

    check(addOne(x, first));
    check(JCudaDriver.cuEventRecord(done, first));
    check(addOne(x, first)); // after the event
    check(JCudaDriver.cuStreamWaitEvent(second, done, 0));
    check(JCudaDriver.cuMemcpyDtoHAsync(out.pointer(), x, 4, second));
    check(JCudaDriver.cuStreamSynchronize(second));

    assertThat(out.floats().get(0)).isEqualTo(lazy == 1 ? 1 : 2);
  }

  @Test
  void anEventIsReadyWhenItsWorkIsDone() {
    CUdeviceptr x = upload(0);
    CUstream stream = stream();
    CUevent done = event();
    Knob.LAZY.set(1);

    check(addOne(x, stream));
    check(JCudaDriver.cuEventRecord(done, stream));

    assertThat(JCudaDriver.cuEventQuery(done)).isEqualTo(CUresult.CUDA_ERROR_NOT_READY);
    check(JCudaDriver.cuEventSynchronize(done));
    check(JCudaDriver.cuEventQuery(done));
    assertThat(download(x, 1)).containsExactly(1);
  }

  @Test
  void theNullStreamDoesNotWaitForNonBlockingStreams() {
    CUdeviceptr x = upload(0);
    CUstream nonBlocking = stream();
    CUstream blocking = new CUstream();
    check(JCudaDriver.cuStreamCreate(blocking, 0));
    Knob.LAZY.set(1);

    check(addOne(x, nonBlocking));
    assertThat(download(x, 1)).containsExactly(0);
    check(JCudaDriver.cuStreamSynchronize(nonBlocking));
    check(addOne(x, blocking));
    assertThat(download(x, 1)).containsExactly(2);
    check(JCudaDriver.cuStreamDestroy(blocking));
  }

  @Test
  void callsAreCounted() {
    CUdeviceptr x = upload(0);
    CUstream stream = stream();
    Pinned out = pinned(1);
    Knob.RESET_COUNTERS.set(0);

    check(addOne(x, stream));
    check(JCudaDriver.cuMemcpyDtoHAsync(out.pointer(), x, 4, stream));
    check(JCudaDriver.cuStreamSynchronize(stream));

    assertThat(Counter.LAUNCHES.read()).isEqualTo(1);
    assertThat(Counter.COPIES.read()).isEqualTo(1);
    assertThat(Counter.WAITS.read()).isEqualTo(1);
    assertThat(Counter.ALLOCATION_CALLS.read()).isZero();
    assertThat(Counter.GRAPH_LAUNCHES.read()).isZero();
  }

  @Test
  void memoryIsSetOnStreams() {
    CUstream stream = stream();
    CUdeviceptr x = upload(1, 1, 1);

    check(JCudaDriver.cuMemsetD8Async(x, (byte) 0, 4, stream));
    check(JCudaDriver.cuMemsetD32Async(x.withByteOffset(4), 0x40000000, 1, stream));
    check(JCudaDriver.cuStreamSynchronize(stream));

    assertThat(download(x, 3)).containsExactly(0, 2, 1);
  }

  @Test
  void pageableMemoryIsCopiedWithinTheCall() {
    CUstream stream = stream();
    CUdeviceptr x = allocate(4);
    Knob.LAZY.set(1);
    float[] value = {3};

    check(JCudaDriver.cuMemcpyHtoDAsync(x, Pointer.to(value), 4, stream));
    value[0] = 4;
    float[] result = new float[1];
    check(JCudaDriver.cuMemcpyDtoHAsync(Pointer.to(result), x, 4, stream));

    assertThat(result[0]).isEqualTo(3);
  }

  @Test
  void aDestroyedStreamIsNoStream() {
    CUstream stream = new CUstream();
    check(JCudaDriver.cuStreamCreate(stream, 0));
    check(JCudaDriver.cuStreamDestroy(stream));

    assertThat(JCudaDriver.cuStreamSynchronize(stream))
        .isEqualTo(CUresult.CUDA_ERROR_INVALID_HANDLE);
  }

  @Test
  void aThreadWithoutContextMayNotCall() throws InterruptedException {
    int[] status = new int[1];
    Thread thread = new Thread(() -> status[0] = JCudaDriver.cuMemAlloc(new CUdeviceptr(), 4));
    thread.start();
    thread.join();

    assertThat(status[0]).isEqualTo(CUresult.CUDA_ERROR_INVALID_CONTEXT);
  }
}
