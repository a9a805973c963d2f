package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.train.Trainer;
import dev.merapi.train.data.Batch;
import dev.merapi.train.data.BatchLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Trainings on the cuda backend, over the libraries that stand in for CUDA's. */
class CudaTrainingTest {
  @BeforeEach
  void require() {
    StandIn.require();
  }

  @AfterEach
  void everythingIsReleased() {
    assertThat(StandIn.LIVE_ALLOCATIONS.read()).as("allocations that live on").isZero();
    assertThat(StandIn.LIVE_HANDLES.read()).as("handles that live on").isZero();
  }

  /** From the third step on, a step is one launch of a recorded graph and a copy for each input. */
  @Test
  void aStepIsOneLaunch() {
    Job job = Job.lenet5(4, 6);
    try (Backend backend = Backends.open("cuda");
        Trainer trainer = job.trainer(backend);
        BatchLoader loader = Parity.loader(job)) {
      int step = 0;
      for (Batch batch : loader.epoch(1)) {
        StandIn.resetCounters();
        trainer.step(batch);
        if (++step > 2) {
          assertThat(StandIn.GRAPH_LAUNCHES.read()).isEqualTo(1);
          assertThat(StandIn.LAUNCHES.read()).as("all launches").isEqualTo(1);
          assertThat(StandIn.COPIES.read()).as("images and labels").isLessThanOrEqualTo(4);
        }
      }
    }
  }

  /** Each allocation, launch and copy in turn, until none is left to fail. */
  @ParameterizedTest
  @EnumSource(StandIn.Fault.class)
  void aFailureIsToldAndReleasesEverything(StandIn.Fault fault) {
    Job job = Job.lenet5(2, 2);
    int failures = 0;
    for (int n = 1; fails(job, fault, n); n++) {
      failures = n;
      everythingIsReleased();
    }
    assertThat(failures).as("calls that were made to fail").isGreaterThan(5);
  }

  private static boolean fails(Job job, StandIn.Fault fault, int n) {
    fault.set(n);
    try (Backend backend = Backends.open("cuda");
        Trainer trainer = job.trainer(backend);
        BatchLoader loader = Parity.loader(job)) {
      for (Batch batch : loader.epoch(1)) {
        trainer.step(batch);
        trainer.requireFinite();
      }
      return false;
    } catch (RuntimeException | OutOfMemoryError e) {
      assertThat(e).as("%s %d", fault, n).hasMessageMatching("(?s).*\\S.*");
      return true;
    } finally {
      fault.set(0);
    }
  }
}
