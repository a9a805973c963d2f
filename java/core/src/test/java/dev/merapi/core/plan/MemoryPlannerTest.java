package dev.merapi.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MemoryPlannerTest {
  private static BufferRequest request(long bytes, int first, int last) {
    return new BufferRequest("test", bytes, 256, first, last);
  }

  @Test
  void buffersThatAreNeverAliveTogetherShareMemory() {
    MemoryPlan plan =
        MemoryPlanner.plan(List.of(request(1024, 0, 1), request(512, 1, 2), request(1024, 2, 3)));
    assertThat(plan.arenaBytes()).isEqualTo(1536);
    assertThat(plan.sumBytes()).isEqualTo(2560);
    assertThat(plan.offsets().get(0)).isEqualTo(plan.offsets().get(2));
  }

  @Test
  void theSmallestGapThatFitsIsTaken() {
    // At step 5 the first and third of three neighbours have gone, leaving gaps of 1024 and 512.
    MemoryPlan plan =
        MemoryPlanner.plan(
            List.of(
                request(4096, 0, 9),
                request(1024, 0, 4),
                request(1023, 0, 9),
                request(512, 0, 4),
                request(511, 0, 9),
                request(500, 5, 9)));
    assertThat(plan.offsets().get(5)).isEqualTo(plan.offsets().get(3));
  }

  /** Else small buffers would seem to take more with a plan than without. */
  @Test
  void theSumCountsThePaddingToo() {
    MemoryPlan plan = MemoryPlanner.plan(List.of(request(4, 0, 1), request(300, 0, 1)));
    assertThat(plan.arenaBytes()).isEqualTo(512 + 4);
    assertThat(plan.sumBytes()).isEqualTo(512 + 256);
  }

  @Test
  void anEmptyProgramNeedsNothing() {
    assertThat(MemoryPlanner.plan(List.of()).arenaBytes()).isZero();
  }

  @Test
  void livingBuffersNeverOverlapAndAreAligned() {
    Random random = new Random(1);
    for (int round = 0; round < 200; round++) {
      List<BufferRequest> requests = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        int first = random.nextInt(40);
        requests.add(request(1 + random.nextInt(5000), first, first + random.nextInt(10)));
      }
      MemoryPlan plan = MemoryPlanner.plan(requests);
      for (int a = 0; a < requests.size(); a++) {
        long start = plan.offsets().get(a);
        long end = start + requests.get(a).bytes();
        assertThat(start % 256).isZero();
        assertThat(end).isLessThanOrEqualTo(plan.arenaBytes());
        for (int b = 0; b < a; b++) {
          boolean together =
              requests.get(a).first() <= requests.get(b).last()
                  && requests.get(b).first() <= requests.get(a).last();
          boolean apart =
              end <= plan.offsets().get(b)
                  || plan.offsets().get(b) + requests.get(b).bytes() <= start;
          assertThat(!together || apart).as("buffers %d and %d", a, b).isTrue();
        }
      }
      assertThat(plan.arenaBytes()).isGreaterThanOrEqualTo(peak(requests));
    }
  }

  /** The most bytes alive in one step: no plan can need less. */
  private static long peak(List<BufferRequest> requests) {
    long peak = 0;
    for (int step = 0; step < 50; step++) {
      long alive = 0;
      for (BufferRequest request : requests) {
        alive += request.first() <= step && step <= request.last() ? request.bytes() : 0;
      }
      peak = Math.max(peak, alive);
    }
    return peak;
  }
}
