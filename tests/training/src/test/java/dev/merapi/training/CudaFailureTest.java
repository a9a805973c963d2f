package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.DeviceFailureException;
import dev.merapi.core.backend.OutOfDeviceMemoryException;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.KernelException;
import dev.merapi.train.Trainer;
import dev.merapi.train.data.Batch;
import dev.merapi.train.data.BatchLoader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What users are told when a device fails them, and that nothing is left behind. */
class CudaFailureTest {
  private static final String LOST = "cuda:0 is lost: CUDA_ERROR_ILLEGAL_ADDRESS";

  @BeforeEach
  void require() {
    StandIn.require();
  }

  @AfterEach
  void everythingIsReleased() {
    assertThat(StandIn.LIVE_ALLOCATIONS.read()).as("allocations that live on").isZero();
    assertThat(StandIn.LIVE_HANDLES.read()).as("handles that live on").isZero();
  }

  /** What a training fails with that is told of each step before it; null when it does not. */
  private static Throwable failure(Job job, int failingStep, Runnable fault) {
    try {
      return catchThrowable(
          () -> {
            try (Backend backend = Backends.open("cuda");
                Trainer trainer = job.trainer(backend);
                BatchLoader loader = Parity.loader(job)) {
              int step = 0;
              for (Batch batch : loader.epoch(1)) {
                if (++step == failingStep) {
                  fault.run();
                }
                trainer.step(batch);
                trainer.requireFinite();
              }
            }
          });
    } finally {
      StandIn.Fault.LAUNCH.set(0);
      StandIn.loseContext(0);
      StandIn.clearError();
    }
  }

  /** Launched, recorded and replayed; every launch of these steps in turn, but for a few. */
  @Test
  void aLostDeviceIsToldOnceAndEverythingIsReleased() {
    Job job = Job.lenet5(2, 3);
    int losses = 0;
    for (int n = 1; ; n += 4) {
      int launch = n;
      Throwable failure = failure(job, 1, () -> StandIn.loseContext(launch));
      everythingIsReleased();
      if (failure == null) {
        break;
      }
      assertThat(failure)
          .as("launch %d", launch)
          .isInstanceOfAny(DeviceFailureException.class, KernelException.class)
          .hasMessageContainingAll(LOST, "run with --sync");
      assertThat(failure.getSuppressed()).as("what closing threw").isEmpty();
      losses++;
    }
    assertThat(losses).isGreaterThan(10);
  }

  /** Nobody asks how a step went until everything is closed: closing tells it, once. */
  @Test
  void closingTellsWhatNobodyHasSeen() {
    Job job = Job.lenet5(2, 1);
    Throwable failure;
    try {
      failure =
          catchThrowable(
              () -> {
                try (Backend backend = Backends.open("cuda");
                    Trainer trainer = job.trainer(backend);
                    BatchLoader loader = Parity.loader(job)) {
                  StandIn.loseContext(20);
                  loader.epoch(1).forEach(trainer::step);
                }
              });
    } finally {
      StandIn.clearError();
    }
    assertThat(failure).hasMessageContaining(LOST);
    assertThat(failure.getSuppressed()).isEmpty();
  }

  @Test
  void synchronizedLaunchesNameTheOp() {
    System.setProperty("merapi.cuda.sync", "true");
    try {
      Throwable failure = failure(Job.lenet5(2, 3), 3, () -> StandIn.loseContext(2));
      assertThat(failure)
          .isInstanceOf(KernelException.class)
          .hasMessageStartingWith("lenet5/")
          .hasMessageContaining(": " + LOST)
          .hasMessageNotContaining("--sync");
    } finally {
      System.clearProperty("merapi.cuda.sync");
    }
  }

  @Test
  void aLaunchThatFailsNamesTheOpUnlessItIsOfARecordedGraph() {
    Job job = Job.lenet5(2, 3);
    assertThat(failure(job, 1, () -> StandIn.Fault.LAUNCH.set(2)))
        .isInstanceOf(KernelException.class)
        .hasMessageMatching("lenet5/\\w+: \\w+: cuDNN: .*");
    assertThat(failure(job, 3, () -> StandIn.Fault.LAUNCH.set(1)))
        .hasMessageContainingAll("LAUNCH_OUT_OF_RESOURCES", "recorded graph", "--sync");
  }

  /** With ever more memory: too little for the variables, for cuBLAS, for inputs, for the arena. */
  @Test
  void tooLittleMemoryIsToldWithWhoHoldsIt() {
    Job job = Job.lenet5(64, 2);
    List<String> messages = new ArrayList<>();
    for (long limit = 100; ; limit += limit < 30_000_000 ? 11_200_000 : 250_000) {
      StandIn.limitMemory(limit);
      Throwable failure = failure(job, 1, () -> {});
      everythingIsReleased();
      if (failure == null) {
        break;
      }
      assertThat(failure)
          .isInstanceOf(OutOfDeviceMemoryException.class)
          .hasMessageMatching(
              "(?s)cuda:0 is out of memory: expected [\\d.]+ MB for .+, found [\\d.]+ of [\\d.]+ MB free"
                  + "\nheld:\n  .*others and libraries +[\\d.]+ MB.*\nsmaller batches need less");
      assertThat(failure.getSuppressed()).isEmpty();
      messages.add(failure.getMessage());
    }
    StandIn.limitMemory(0);
    assertThat(messages.get(0))
        .startsWith(
            "cuda:0 is out of memory: expected 0.0 MB for control, found 0.0 of 0.0 MB free\n");
    assertThat(messages)
        .anyMatch(message -> message.contains(": expected 33.6 MB for cuBLAS, "))
        .anyMatch(message -> message.contains(" MB for the arena, "));
    assertThat(messages.get(messages.size() - 1))
        .containsPattern("held:\n(  .*\n)*  parameters +0\\.2 MB")
        .containsPattern("largest buffers of the arena:\n  lenet5/\\S+ .* [\\d.]+ MB");
  }
}
