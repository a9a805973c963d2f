package dev.merapi.cuda.standin;

import static dev.merapi.cuda.standin.Cuda.allocate;
import static dev.merapi.cuda.standin.Cuda.check;
import static dev.merapi.cuda.standin.Cuda.download;
import static dev.merapi.cuda.standin.Cuda.kernel;
import static dev.merapi.cuda.standin.Cuda.launch;
import static dev.merapi.cuda.standin.Cuda.pointer;
import static dev.merapi.cuda.standin.Cuda.stream;
import static dev.merapi.cuda.standin.Cuda.upload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.cuda.standin.StandIn.Counter;
import dev.merapi.cuda.standin.StandIn.Knob;
import java.nio.charset.StandardCharsets;
import jcuda.Pointer;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Test;

/** Faults that are injected, a device with little memory, and one that computes nothing. */
@WithStandIn
class FaultTest {
  private static final String SET =
      "extern \"C\" __global__ void set(float* x) { x[threadIdx.x] = 1; }";

  @Test
  void theChosenAllocationFailsAndNoOther() {
    Knob.FAIL_ALLOCATION.set(2);
    int live = Counter.LIVE_ALLOCATIONS.read();

    allocate(4);
    assertThat(JCudaDriver.cuMemAlloc(new CUdeviceptr(), 4))
        .isEqualTo(CUresult.CUDA_ERROR_OUT_OF_MEMORY);
    allocate(4);

    assertThat(Counter.LIVE_ALLOCATIONS.read()).isEqualTo(live + 2);
    assertThat(Counter.ALLOCATION_CALLS.read()).isEqualTo(3);
  }

  @Test
  void pinnedAllocationsFailToo() {
    Knob.FAIL_ALLOCATION.set(1);
    assertThat(JCudaDriver.cuMemHostAlloc(new Pointer(), 4, 0))
        .isEqualTo(CUresult.CUDA_ERROR_OUT_OF_MEMORY);
  }

  @Test
  void theChosenLaunchFailsAndTheContextLives() {
    CUfunction set = kernel(SET);
    CUdeviceptr x = upload(0);
    Knob.FAIL_LAUNCH.set(2);

    check(launch(set, 1, 1).run(pointer(x)));
    assertThat(launch(set, 1, 1).run(pointer(x)))
        .isEqualTo(CUresult.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES);
    check(launch(set, 1, 1).run(pointer(x)));
  }

  @Test
  void theLaunchOfAGraphIsALaunch() {
    CUstream stream = stream();
    check(JCudaDriver.cuStreamBeginCapture(stream, 1));
    CUgraph graph = new CUgraph();
    check(JCudaDriver.cuStreamEndCapture(stream, graph));
    CUgraphExec executable = new CUgraphExec();
    check(JCudaDriver.cuGraphInstantiate(executable, graph, 0));
    Knob.FAIL_LAUNCH.set(1);

    assertThat(JCudaDriver.cuGraphLaunch(executable, stream))
        .isEqualTo(CUresult.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES);
    check(JCudaDriver.cuGraphExecDestroy(executable));
    check(JCudaDriver.cuGraphDestroy(graph));
  }

  @Test
  void theChosenCopyFails() {
    CUdeviceptr x = upload(1);
    Knob.FAIL_COPY.set(2);

    download(x, 1);
    assertThat(JCudaDriver.cuMemcpyDtoH(Pointer.to(new float[1]), x, 4))
        .isEqualTo(CUresult.CUDA_ERROR_UNKNOWN);
    download(x, 1);
  }

  @Test
  void aDeviceMayHaveLittleMemory() {
    Knob.MEMORY_LIMIT.set(Counter.LIVE_BYTES.read() + 1000L);

    CUdeviceptr first = new CUdeviceptr();
    check(JCudaDriver.cuMemAlloc(first, 600));
    assertThat(JCudaDriver.cuMemAlloc(new CUdeviceptr(), 600))
        .isEqualTo(CUresult.CUDA_ERROR_OUT_OF_MEMORY);
    long[] free = new long[1];
    long[] total = new long[1];
    check(JCudaDriver.cuMemGetInfo(free, total));
    assertThat(free[0]).isEqualTo(400);
    check(JCudaDriver.cuDeviceTotalMem(free, new CUdevice()));
    assertThat(free[0]).isEqualTo(total[0]);
    check(JCudaDriver.cuMemFree(first));
    allocate(600);
  }

  @Test
  void inNullModeNothingIsComputed() {
    CUfunction set = kernel(SET);
    CUdeviceptr x = upload(5);
    Knob.NULL_MODE.set(1);

    check(launch(set, 1, 1).run(pointer(x)));
    check(JCudaDriver.cuMemsetD32(x, 0, 1));

    assertThat(download(x, 1)).containsExactly(5);
    assertThat(Counter.LAUNCHES.read()).isEqualTo(1);
  }

  @Test
  void theDeviceIsDescribed() {
    byte[] name = new byte[64];
    check(JCudaDriver.cuDeviceGetName(name, name.length, new CUdevice()));
    assertThat(new String(name, StandardCharsets.US_ASCII)).startsWith("CUDA stand-in");
    int[] version = new int[1];
    check(JCudaDriver.cuDriverGetVersion(version));
    assertThat(version[0]).isEqualTo(12060);
  }
}
