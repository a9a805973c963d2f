package dev.merapi.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.conformance.cases.AllCases;
import dev.merapi.core.backend.Availability;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Op;
import dev.merapi.core.op.elementwise.Cast;
import dev.merapi.core.op.elementwise.Fused;
import dev.merapi.core.op.elementwise.StopGradient;
import dev.merapi.core.op.recurrent.Placeholder;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.op.window.MaxPool2dGrad;
import dev.merapi.core.tensor.DType;
import io.github.classgraph.ClassGraph;
import io.github.classgraph.ClassInfo;
import io.github.classgraph.ScanResult;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;

/** That nothing is left out: every op has cases, and every device can run them. */
class MetaTest {
  /** Ops that are no function of inputs, and where they are tested instead. */
  private static final Map<Class<? extends Op>, String> TESTED_ELSEWHERE =
      Map.of(
          Input.class, "every case reads inputs",
          Variable.class, "StateTest",
          Assign.class, "StateTest",
          Placeholder.class, "has no value; ScanTest");

  /** Ops whose gradient no finite difference can check, and why. */
  private static final Map<Class<? extends Op>, String> GRADIENT_NOT_CHECKED =
      Map.of(
          MaxPool2dGrad.class, "y is no input of its own; SecondGradientTest",
          StopGradient.class, "it is 0, which no difference is; SecondGradientTest",
          Fused.class, "made by the compiler after differentiation",
          Cast.class, "two element types, one of them coarse; CastGradientTest");

  static List<String> devices() {
    return Devices.found();
  }

  private static List<Class<Op>> ops() {
    try (ScanResult scan = new ClassGraph().acceptPackages("dev.merapi").enableClassInfo().scan()) {
      return scan
          .getClassesImplementing(Op.class)
          .filter(info -> !info.isInterface() && !info.isAbstract())
          .filter(info -> info.getPackageName().startsWith("dev.merapi.core.op"))
          .stream()
          .map(MetaTest::load)
          .toList();
    }
  }

  private static Class<Op> load(ClassInfo info) {
    return info.loadClass(Op.class);
  }

  private static Map<Class<?>, List<OpCase>> casesByOp() {
    return AllCases.all().stream().collect(Collectors.groupingBy(OpCase::kind));
  }

  @Test
  void everyOpHasCases() {
    assertThat(ops()).hasSizeGreaterThan(20);
    assertThat(ops())
        .filteredOn(op -> !TESTED_ELSEWHERE.containsKey(op) && !casesByOp().containsKey(op))
        .as("ops without cases")
        .isEmpty();
  }

  @Test
  void everyGradientIsChecked() {
    assertThat(ops())
        .filteredOn(op -> !TESTED_ELSEWHERE.containsKey(op) && hasGradient(op))
        .filteredOn(
            op ->
                casesByOp().getOrDefault(op, List.of()).stream()
                    .noneMatch(c -> c.gradients() > 0 && c.dtypes().contains(DType.F64)))
        .as("ops whose gradient no case checks")
        .isEmpty();
  }

  private static boolean hasGradient(Class<Op> op) {
    try {
      return !GRADIENT_NOT_CHECKED.containsKey(op)
          && (Elementwise.class.isAssignableFrom(op)
              || op.getMethod("gradient", Adjoint.class).getDeclaringClass() != Op.class);
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void casesHaveNamesOfTheirOwn() {
    assertThat(AllCases.all().stream().map(OpCase::toString)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("devices")
  void everyOpHasAKernelOrADecomposition(String device) {
    Map<String, Node> missing = new TreeMap<>();
    try (Devices devices = new Devices()) {
      Backend backend = devices.get(device);
      for (OpCase c : AllCases.all()) {
        for (DType dtype : c.dtypes()) {
          if (dtype != DType.F64 || device.equals("reference")) {
            // A copy, because decomposing adds nodes.
            List.copyOf(CaseGraph.forward(c, dtype).nodes()).stream()
                .filter(node -> !runs(backend, node))
                .forEach(node -> missing.put(c + " " + dtype, node));
          }
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  /** Whether a node has a kernel or falls into nodes that run, however deep. */
  private static boolean runs(Backend backend, Node node) {
    if (backend.supports(node)) {
      return true;
    }
    Graph graph = node.graph();
    int before = graph.nodes().size();
    return node.op().decompose(node.inputs()).isPresent()
        && List.copyOf(graph.nodes().subList(before, graph.nodes().size())).stream()
            .allMatch(part -> runs(backend, part));
  }

  @Test
  void aMissingDeviceIsASkipUnlessItIsRequired() {
    Availability missing = new Availability(false, "no driver");
    assertThatThrownBy(() -> Devices.require("cuda", missing, Set.of("cpu")))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("no driver");
    assertThatThrownBy(() -> Devices.require("cuda", missing, Set.of("cuda")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no driver");
    Availability present = new Availability(true, "found");
    assertThatCode(() -> Devices.require("cuda", present, Set.of())).doesNotThrowAnyException();
  }

  @Test
  void requiredDevicesAreKnown() {
    assertThat(Devices.all()).containsAll(Devices.required());
  }
}
