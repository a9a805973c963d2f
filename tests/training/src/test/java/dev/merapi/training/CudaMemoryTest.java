package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.core.backend.Availability;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.train.Trainer;
import dev.merapi.train.data.Batch;
import dev.merapi.train.data.BatchLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a GPU, or what stands in for one, has to give back. On a real one nothing else may run
 * meanwhile.
 */
class CudaMemoryTest {
  /** In which libraries and the driver take what they keep. */
  private static final int WARM_UP = 2;

  private static final int ROUNDS = 10;

  /** A driver takes memory by pages of 2 MiB, for itself as well. */
  private static final long DRIVERS_OWN = 4 << 20;

  @BeforeEach
  void requireDevice() {
    Availability availability = Backends.availability().get("cuda");
    assumeTrue(availability.usable(), availability.reason());
  }

  /** While somebody else keeps the context alive: nothing is given back by its end alone. */
  @Test
  void trainingsGiveBackTheirMemory() {
    CUdevice device = new CUdevice();
    JCudaDriver.cuDeviceGet(device, 0);
    CUcontext context = new CUcontext();
    JCudaDriver.cuDevicePrimaryCtxRetain(context, device);
    try {
      requireSteady(
          () -> {
            JCudaDriver.cuCtxSetCurrent(context);
            return free();
          });
    } finally {
      JCudaDriver.cuDevicePrimaryCtxRelease(device);
    }
  }

  /** With the context that each training opens and closes. */
  @Test
  void contextsGiveBackTheirMemory() {
    requireSteady(
        () -> {
          try (Backend backend = Backends.open("cuda")) {
            backend.allocate(1, "a look at the memory").close();
            return free();
          }
        });
  }

  private static void requireSteady(Supplier<Long> free) {
    rounds(WARM_UP);
    long before = free.get();
    rounds(ROUNDS);
    assertThat(before - free.get())
        .as("bytes kept by %d trainings", 2 * ROUNDS)
        .isLessThanOrEqualTo(DRIVERS_OWN);
  }

  private static void rounds(int count) {
    for (int round = 0; round < count; round++) {
      train(Job.lenet5(8, 4));
      train(Job.charLstm(16, 8, 4, 4));
    }
  }

  private static void train(Job job) {
    try (Backend backend = Backends.open("cuda");
        Trainer trainer = job.trainer(backend);
        BatchLoader loader = Parity.loader(job)) {
      for (Batch batch : loader.epoch(1)) {
        trainer.step(batch);
      }
      trainer.requireFinite();
    }
  }

  private static long free() {
    long[] free = new long[1];
    JCudaDriver.cuMemGetInfo(free, new long[1]);
    return free[0];
  }

  /** A stand-in computes nothing meanwhile: it is the host's memory that is looked at. */
  @ParameterizedTest
  @ValueSource(strings = {"lenet5", "charlstm"})
  void theHostsMemoryIsFlat(String job) throws Exception {
    assumeTrue(Files.isReadable(Path.of("/proc/self/status")));
    MemoryGrowth growth = MemoryGrowth.ofProcess(job, "cuda");
    System.out.println(job + ": " + growth);
    assertThat(growth).matches(MemoryGrowth::isFlat, "is flat");
  }
}
