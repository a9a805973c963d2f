package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.PreparedStep;
import dev.merapi.core.runtime.Backends;
import dev.merapi.train.Trainer;
import dev.merapi.train.data.Batch;
import dev.merapi.train.data.BatchLoader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Trainings on the cuda backend, over the libraries that stand in for CUDA's. */
class CudaTrainingTest {
  /** Of a step of LeNet-5 without clipping. */
  private static final int LAUNCHES = 32;

  @BeforeEach
  void require() {
    StandIn.require();
  }

  @AfterEach
  void everythingIsReleased() {
    assertThat(StandIn.LIVE_ALLOCATIONS.read()).as("allocations that live on").isZero();
    assertThat(StandIn.LIVE_HANDLES.read()).as("handles that live on").isZero();
  }

  /**
   * From the third step on, a step is one launch of a recorded graph, one copy of both inputs to
   * the device, and a copy for each there.
   */
  @Test
  void aStepIsOneLaunch() {
    assertThat(laterSteps())
        .as("launches of graphs, all launches, copies")
        .hasSize(4)
        .containsOnly(List.of(1, 1, 3));
  }

  @Test
  void aStepOnResidentDataCopiesNothing() {
    Job job = Job.lenet5(4, 6);
    try (Backend backend = Backends.open("cuda");
        Trainer trainer = new Trainer(backend, job.config().resident(true), job.data())) {
      trainer.step();
      trainer.step();
      for (int step = 2; step < 8; step++) {
        StandIn.resetCounters();
        trainer.step();
        assertThat(List.of(StandIn.GRAPH_LAUNCHES.read(), StandIn.LAUNCHES.read())).containsOnly(1);
        assertThat(StandIn.COPIES.read()).isZero();
      }
      trainer.requireFinite();
      assertThat(StandIn.COPIES.read()).as("of the control block").isEqualTo(1);
    }
  }

  /**
   * What {@code --no-cuda-graph} and {@code --sync} set: no graph, and a launch for each kernel.
   */
  @ParameterizedTest
  @CsvSource({"merapi.cuda.graph, false", "merapi.cuda.sync, true"})
  void aStepIsLaunchedKernelByKernel(String property, String value) {
    System.setProperty(property, value);
    try {
      assertThat(laterSteps())
          .allSatisfy(
              counts -> {
                assertThat(counts.get(0)).isZero();
                assertThat(counts.get(1)).isGreaterThan(10);
              });
    } finally {
      System.clearProperty(property);
    }
  }

  /** So that what joins launches is not lost unseen: these are all that a step of LeNet-5 needs. */
  @Test
  void aStepHasFewLaunches() {
    System.setProperty("merapi.cuda.graph", "false");
    try {
      assertThat(laterSteps())
          .allSatisfy(counts -> assertThat(counts.get(1)).isLessThanOrEqualTo(LAUNCHES));
    } finally {
      System.clearProperty("merapi.cuda.graph");
    }
  }

  /** All parameters and slots by one kernel, the numbers of the control block by another. */
  @Test
  void updatesAreOneKernelAndCopyNothing() {
    try (Backend backend = Backends.open("cuda");
        Trainer trainer = Job.lenet5(4, 6).trainer(backend)) {
      List<PreparedStep> updates =
          trainer.trainingProgram().steps().stream()
              .filter(step -> !step.step().inPlace().isEmpty())
              .toList();
      assertThat(updates)
          .extracting(PreparedStep::kernelName)
          .containsExactly("cuda.fusedScalars", "cuda.forEach");
      assertThat(updates.get(1).step().inPlace().values())
          .hasSize(20)
          .contains("conv1.weight", "conv1.weight/momentum", "fc3.bias", "fc3.bias/momentum");
      assertThat(trainer.trainingProgram().steps())
          .extracting(PreparedStep::kernelName)
          .doesNotContain("cuda.assign");
    }
  }

  /** For each step from the third on: launches of graphs, all launches, copies. */
  private static List<List<Integer>> laterSteps() {
    Job job = Job.lenet5(4, 6);
    List<List<Integer>> counts = new ArrayList<>();
    try (Backend backend = Backends.open("cuda");
        Trainer trainer = job.trainer(backend);
        BatchLoader loader = Parity.loader(job)) {
      for (Batch batch : loader.epoch(1)) {
        StandIn.resetCounters();
        trainer.step(batch);
        counts.add(
            List.of(StandIn.GRAPH_LAUNCHES.read(), StandIn.LAUNCHES.read(), StandIn.COPIES.read()));
      }
    }
    return counts.subList(2, counts.size());
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
