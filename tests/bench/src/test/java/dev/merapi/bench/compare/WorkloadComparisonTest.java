package dev.merapi.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WorkloadComparisonTest {
  private static final List<String> PEERS = List.of("one", "two");

  private static WorkloadComparison comparison() {
    WorkloadComparison comparison = new WorkloadComparison("lenet5", PEERS);
    comparison.add("Merapi", new Run(24_000, 0.5, 100, 61_706));
    comparison.add("Merapi", new Run(30_000, 0.6, 120, 61_706));
    comparison.add("Merapi", new Run(25_000, 0.4, 110, 61_706));
    comparison.add("one", new Run(8_000, 1.0, 300, 61_706));
    comparison.add("one", new Run(10_000, 1.4, 200, 61_706));
    comparison.add("two", new Run(5_000, 0.8, 50, 61_706));
    return comparison;
  }

  @Test
  void speedAndMemoryAreHeldAgainstTheFastestPeer() {
    assertThat(comparison().speedRow())
        .containsExactly(
            "lenet5",
            "25,000 (24,000..30,000)",
            "9,000 (8,000..10,000)",
            "5,000 (5,000..5,000)",
            "2.78",
            "110",
            "250",
            "0.44",
            "61,706");
  }

  @Test
  void theFirstStepIsHeldAgainstTheQuickestPeer() {
    assertThat(comparison().firstStepRow())
        .containsExactly(
            "lenet5", "0.50 (0.40..0.60)", "1.20 (1.00..1.40)", "0.80 (0.80..0.80)", "0.63");
  }

  @Test
  void headersFitTheRows() {
    WorkloadComparison comparison = comparison();
    assertThat(WorkloadComparison.speedHeader(PEERS)).hasSameSizeAs(comparison.speedRow());
    assertThat(WorkloadComparison.firstStepHeader(PEERS)).hasSameSizeAs(comparison.firstStepRow());
  }

  @Test
  void missingRunsLeaveGaps() {
    WorkloadComparison comparison = new WorkloadComparison("mlp", PEERS);
    assertThat(comparison.speedRow())
        .containsExactly("mlp", "-", "-", "-", "-", "-", "-", "-", "-");
    comparison.add("one", new Run(100, 1, 200, 535_818));
    assertThat(comparison.speedRow())
        .containsExactly("mlp", "-", "100 (100..100)", "-", "-", "-", "200", "-", "535,818");
  }

  @Test
  void differentNetworksShow() {
    WorkloadComparison comparison = comparison();
    comparison.add("two", new Run(5_000, 0.8, 50, 61_000));
    assertThat(comparison.speedRow()).last().isEqualTo("61,706 and 61,000");
  }
}
