package dev.merapi.training;

import org.junit.jupiter.api.Test;

/** A few hundred steps on the cpu are those on the reference. */
class ParityTest {
  @Test
  void lenet5() {
    Parity.of(Job.lenet5(16, 300), "cpu").require();
  }

  @Test
  void charLstm() {
    Parity.of(Job.charLstm(32, 16, 4, 300), "cpu").require();
  }
}
