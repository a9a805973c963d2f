package dev.merapi.bench.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LoopCaseTest {
  private static LoopCase named(String name) {
    return LoopCase.all().stream().filter(loop -> loop.name().equals(name)).findAny().orElseThrow();
  }

  @Test
  void namesAreUnique() {
    List<String> names = LoopCase.all().stream().map(LoopCase::name).toList();
    assertThat(names).doesNotHaveDuplicates();
  }

  @Test
  void accessesAreCountedByHand() {
    assertThat(named("add").accesses()).isEqualTo(3); // two are read, one is written
    assertThat(named("sgd with momentum").accesses()).isEqualTo(5); // w, g, v; w, v
    assertThat(named("adam").accesses()).isEqualTo(7); // w, g, m, v; w, m, v
  }

  @Test
  void aCopyReachesItsLastByte() {
    try (PlainCopy copy = new PlainCopy(3, 10_001)) {
      copy.fill((byte) 7);
      copy.run(10_001);
      assertThat(copy.copied(10_000)).isEqualTo((byte) 7);
    }
  }
}
