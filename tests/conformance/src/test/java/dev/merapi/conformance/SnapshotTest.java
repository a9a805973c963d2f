package dev.merapi.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.runtime.Snapshot;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Copies of variables, as checkpoints are written from. */
class SnapshotTest {
  private static final Devices DEVICES = new Devices();

  private static final Map<String, TensorType> TYPES =
      Map.of(
          "weight", TensorType.f32(3, 5),
          "bias", TensorType.f32(7),
          "step", TensorType.scalar(DType.I32),
          "sum", TensorType.scalar(DType.F64));

  @AfterAll
  static void close() {
    DEVICES.close();
  }

  static Stream<String> devices() {
    return Devices.found().stream();
  }

  /** Each variable has other values; a second copy has those of its time. */
  @ParameterizedTest
  @MethodSource("devices")
  void holdsEachVariableAsItWas(String device) {
    try (StateStore store = new StateStore(DEVICES.get(device))) {
      List<VariableSpec> specs =
          TYPES.entrySet().stream()
              .map(v -> VariableSpec.filled(v.getKey(), v.getValue(), "all", 0))
              .toList();
      store.declare(specs);
      store.declare(List.of(VariableSpec.filled("data", TensorType.f32(2), "kept out", 0)));
      try (Snapshot snapshot = store.snapshot(Set.of("kept out"))) {
        assertThat(snapshot.paths()).containsExactlyInAnyOrderElementsOf(TYPES.keySet());
        for (int round = 1; round < 3; round++) {
          Map<String, HostTensor> values = values(round);
          values.forEach(store::set);
          snapshot.take();
          values(9).forEach(store::set);
          requireEqual(snapshot, values);
          CompletableFuture.runAsync(() -> requireEqual(snapshot, values)).join();
        }
      }
    }
  }

  private static Map<String, HostTensor> values(int round) {
    List<String> names = TYPES.keySet().stream().sorted().toList();
    return names.stream()
        .collect(
            Collectors.toMap(
                name -> name, name -> value(TYPES.get(name), 100 * round + names.indexOf(name))));
  }

  private static HostTensor value(TensorType type, int start) {
    int elements = type.shape().elements();
    double[] values = IntStream.range(0, elements).mapToDouble(i -> start + 10.0 * i).toArray();
    return HostTensor.of(type, values);
  }

  private static void requireEqual(Snapshot snapshot, Map<String, HostTensor> values) {
    values.forEach((name, value) -> assertThat(snapshot.read(name)).as(name).isEqualTo(value));
  }
}
