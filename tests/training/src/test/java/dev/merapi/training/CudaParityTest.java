package dev.merapi.training;

import org.junit.jupiter.api.Test;

/** Some steps on cuda are those on the reference; what stands in for a GPU is slow. */
class CudaParityTest {
  @Test
  void lenet5() {
    Parity.of(Job.lenet5(16, 200), "cuda").require();
  }

  @Test
  void charLstm() {
    Parity.of(Job.charLstm(32, 16, 4, 40), "cuda").require();
  }
}
