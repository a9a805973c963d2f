package dev.merapi.training;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A few hundred steps on a device are those on the reference. */
class ParityTest {
  @ParameterizedTest
  @ValueSource(strings = {"cpu", "cuda"})
  void lenet5(String device) {
    Parity.of(Job.lenet5(16, 300), device).require();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "cuda"})
  void charLstm(String device) {
    // The stand-in for a GPU takes a second for ten steps.
    Parity.of(Job.charLstm(32, 16, 4, device.equals("cpu") ? 300 : 40), device).require();
  }
}
