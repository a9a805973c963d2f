package dev.merapi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merapi.cli.job.Kinds;
import dev.merapi.cli.registry.Registry;
import dev.merapi.train.optimizer.Optimizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Optimizers and schedules by their names in job files. */
class OptimizersTest {
  @TempDir Path folder;

  static Stream<String> optimizers() {
    Registry registry = Kinds.registry();
    return registry.alternatives(registry.kind(Optimizer.class).orElseThrow()).keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void everyOptimizerTrainsOnTheWholeTrainingSet(String name) throws IOException {
    Cli.Result result =
        Cli.in(folder)
            .run(
                "train",
                "xor",
                "--json",
                "--epochs",
                "3",
                "--set",
                "data.batch=all",
                "--set",
                "optimizer=" + name);
    assertThat(result.err()).contains("epoch 3/3");
    assertThat(result.code()).isZero();
    assertThat(result.json().get("steps").asInt()).isEqualTo(3);
    assertThat(Files.exists(folder.resolve("runs/xor/1/weights.safetensors"))).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{momentum: {learningRate: 0.1, momentumSchedule: {warmUp: {epochs: 5}}}}",
        "{momentum: {learningRate: 1, damped: true}}",
        "{nesterov: {learningRate: 0.1}}",
        "{adaDelta: {learningRate: 5}}",
        "{lion: {learningRate: 0.01}}",
        "{adaGradWindow: {learningRate: 0.05, tau: 20}}"
      })
  void theNewOnesSolveXor(String optimizer) throws IOException {
    JsonNode json =
        Cli.in(folder).run("train", "xor", "--json", "--set", "optimizer=" + optimizer).json();
    assertThat(json.get("test_accuracy").asDouble()).isEqualTo(1);
  }

  /** The job's epochs are steps then: fifty instead of eight hundred. */
  @ParameterizedTest
  @ValueSource(strings = {"{lBfgs: {history: 5}}", "{newtonCg: {damping: 0.01}}"})
  void thoseThatSearchALineSolveXor(String optimizer) throws IOException {
    JsonNode json =
        Cli.in(folder)
            .run(
                "train",
                "xor",
                "--json",
                "--set",
                "data.batch=all",
                "--set",
                "optimizer=" + optimizer)
            .json();
    assertThat(json.get("steps").asInt()).isEqualTo(50);
    assertThat(json.get("test_accuracy").asDouble()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{piecewise: {boundaries: [1, 1.5], factors: [1, 0.3, 0.1]}}",
        "{inversePolynomial: {alpha: 4, beta: 5, gamma: 0.5}}",
        "{cyclic: {stepSize: 10, maxFactor: 3}}"
      })
  void schedulesAreChosenByName(String schedule) {
    assertThat(
            Cli.in(folder)
                .run("train", "xor", "--epochs", "2", "--set", "schedule=" + schedule)
                .code())
        .isZero();
  }

  @Test
  void fullBatchGradientDescentRefusesBatches() {
    Cli.Result result = Cli.in(folder).run("train", "xor", "--set", "optimizer=gradientDescent");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err())
        .contains("expected the whole training set in each step (batch: all), found 16 steps");
  }
}
