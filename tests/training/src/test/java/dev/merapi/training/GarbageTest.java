package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.train.Callback;
import dev.merapi.train.Trainer;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

/** A step of training, from the batch to the control block, makes next to no garbage. */
class GarbageTest {
  private static final int WARM_UP = 100;
  private static final int STEPS = 200;

  /** Bytes per step, on all threads: loading, training, looking at the loss. */
  private static final long BOUND = 1024;

  @Test
  void lenet5() {
    requireLittle(Job.lenet5(8, WARM_UP + STEPS));
  }

  @Test
  void charLstm() {
    requireLittle(Job.charLstm(32, 16, 4, WARM_UP + STEPS));
  }

  private static void requireLittle(Job job) {
    assumeTrue(Backends.availability().get("cpu").usable());
    try (Backend backend = Backends.open("cpu");
        Trainer trainer = job.trainer(backend)) {
      Watch watch = new Watch();
      trainer.fit(job.data(), null, watch);
      assertThat(watch.heap / STEPS).as("bytes allocated in a step").isLessThanOrEqualTo(BOUND);
      assertThat(watch.nativeBytes).as("native bytes allocated meanwhile").isZero();
      assertThat(watch.nativeBlocks).as("native blocks allocated meanwhile").isZero();
    }
  }

  /** Looks after the warm-up, and after the last step. */
  private static final class Watch implements Callback {
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private long heap;
    private long nativeBytes;
    private long nativeBlocks;

    @Override
    public void onStep(long step) {
      if (step == WARM_UP) {
        look(-1);
      } else if (step == WARM_UP + STEPS) {
        look(1);
      }
    }

    private void look(int sign) {
      long[] ids = threads.getAllThreadIds();
      heap += sign * Arrays.stream(threads.getThreadAllocatedBytes(ids)).sum();
      nativeBytes += sign * Pointer.totalBytes();
      nativeBlocks += sign * Pointer.totalCount();
    }
  }
}
