package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.core.runtime.Backends;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What takes too long for every build; the results are kept in {@code tests/RESULTS.md}. */
@Tag("slow")
class SlowTest {
  private final long start = System.nanoTime();

  @BeforeEach
  void requireDevice() {
    assumeTrue(Backends.availability().get("cpu").usable());
  }

  @Test
  void parityOfLenet5() throws Exception {
    parity("parity of lenet5, batch 64, 300 steps", Job.lenet5(64, 300));
  }

  /** The reference takes seconds for a step. */
  @Test
  void parityOfCharLstm() throws Exception {
    parity("parity of charlstm at full size, 25 steps", Job.charLstm(256, 64, 32, 25));
  }

  private void parity(String name, Job job) throws Exception {
    Parity parity = Parity.of(job, "cpu");
    Results.keep(name, parity.toString(), start);
    parity.require();
  }

  @Test
  void memoryOfLenet5() throws Exception {
    memory("lenet5");
  }

  @Test
  void memoryOfCharLstm() throws Exception {
    memory("charlstm");
  }

  private void memory(String job) throws Exception {
    assumeTrue(Files.isReadable(Path.of("/proc/self/status")));
    MemoryGrowth growth = MemoryGrowth.ofProcess(job, "cpu");
    Results.keep("memory of " + job + ", batch 16", growth.toString(), start);
    assertThat(growth).matches(MemoryGrowth::isFlat, "is flat");
  }

  @Test
  void aMillionSteps() throws Exception {
    assumeTrue(Files.isReadable(Path.of("/proc/self/status")));
    Soak soak = Soak.ofProcess("cpu");
    Results.keep("a million steps of a tiny model", soak.toString(), start);
    assertThat(soak).matches(Soak::isFlat, "is flat");
  }

  /** Of the training thread; the rest of the writing is done by another one. */
  @Test
  void waitingForCheckpoints() throws Exception {
    assumeTrue(System.getenv("MERAPI_DATA") != null, "needs MNIST in MERAPI_DATA");
    CheckpointCost cost = CheckpointCost.of("lenet5-mnist", "cpu", 3);
    Results.keep("checkpoints of lenet5-mnist", cost.toString(), start);
    assertThat(cost.share()).as(cost.toString()).isLessThan(0.02);
  }

  @Test
  void hingeBesideSoftmax() throws Exception {
    assumeTrue(System.getenv("MERAPI_DATA") != null, "needs MNIST in MERAPI_DATA");
    LinearClassifiers found = LinearClassifiers.ofMnist("cpu");
    Results.keep("test accuracy of linear models of MNIST", found.toString(), start);
    assertThat(found.difference()).as(found.toString()).isLessThanOrEqualTo(0.01);
    assertThat(found.softmax()).as(found.toString()).isGreaterThan(0.9);
  }

  @Test
  void speedOfAugmentation() throws Exception {
    double few = AugmentationSpeed.imagesPerSecond(AugmentationSpeed.SHIFT_FLIP_CROP);
    double all = AugmentationSpeed.imagesPerSecond(AugmentationSpeed.ALL);
    Results.keep(
        "augmentation of 3x32x32 on one core",
        "%,.0f images/s for shift, flip and crop; %,.0f for all %d augmentations"
            .formatted(few, all, AugmentationSpeed.ALL.size()),
        start);
  }

  /**
   * A step takes longer than its batch, so that only the first one is waited for. On few cores the
   * training thread may be interrupted by that which augments, while it takes a batch that is
   * ready.
   */
  @Test
  void waitingForAugmentation() throws Exception {
    AugmentationSpeed.Waiting few = AugmentationSpeed.Waiting.of(AugmentationSpeed.SHIFT_FLIP_CROP);
    AugmentationSpeed.Waiting all = AugmentationSpeed.Waiting.of(AugmentationSpeed.ALL);
    Results.keep(
        "vgg-small waits for augmented images",
        "%s for shift, flip and crop; %s for all augmentations".formatted(few, all),
        start);
    assertThat(few.share()).as(few.toString()).isLessThan(0.01);
    assertThat(few.median()).as(few.toString()).isLessThan(1e-3);
    assertThat(all.share()).as(all.toString()).isLessThan(0.01);
    assertThat(all.median()).as(all.toString()).isLessThan(1e-3);
  }
}
