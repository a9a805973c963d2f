package dev.merapi.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.merapi.conformance.cases.AllCases;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Region;
import dev.merapi.core.op.recurrent.Scan;
import dev.merapi.core.plan.MemoryPlanner;
import dev.merapi.core.plan.Storage;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** Every case on every device by every check. */
class OpConformanceTest {
  private static final Devices DEVICES = new Devices();

  @AfterAll
  static void close() {
    DEVICES.close();
  }

  @TestFactory
  Stream<DynamicNode> conforms() {
    return Devices.all().stream()
        .map(
            id ->
                Devices.found().contains(id)
                    ? DynamicContainer.dynamicContainer(id, cases(id))
                    : DynamicTest.dynamicTest(id, () -> DEVICES.get(id)));
  }

  /** All, or every n-th from the k-th on with {@code -Dmerapi.conformance.part=k/n}. */
  private static Stream<DynamicNode> cases(String device) {
    List<OpCase> all = AllCases.all();
    String[] part = System.getProperty("merapi.conformance.part", "1/1").split("/");
    int first = Integer.parseInt(part[0]) - 1;
    int stride = Integer.parseInt(part[1]);
    return IntStream.iterate(first, i -> i < all.size(), i -> i + stride)
        .mapToObj(all::get)
        .map(c -> DynamicContainer.dynamicContainer(c.toString(), checks(c, device)));
  }

  private static Stream<DynamicTest> checks(OpCase c, String device) {
    boolean reference = device.equals("reference");
    List<DynamicTest> tests = new ArrayList<>();
    for (DType dtype : c.dtypes()) {
      if (dtype == DType.F64 && !reference) {
        continue; // F64 is for gradient checks, on the reference
      }
      Checks checks = new Checks(c, dtype, device);
      checks.add(tests, "inferred types", checks::types);
      checks.add(tests, "forward against the closed form", checks::closedForm);
      if (c.gradients() >= 1 && dtype == DType.F64) {
        checks.add(tests, "gradient against finite differences", () -> checks.differences(1));
      }
      if (c.gradients() >= 2 && dtype == DType.F64) {
        checks.add(
            tests, "second gradient against finite differences", () -> checks.differences(2));
      }
      if (!reference) {
        checks.add(tests, "forward against the reference", checks::referenceForward);
      }
      if (c.gradients() >= 1 && dtype == DType.F32) {
        checks.add(tests, "gradient against the reference in F64", checks::referenceGradient);
      }
      if (CaseGraph.hasChain(c, dtype)) {
        checks.add(tests, "fused against unfused", checks::fused);
      }
      if (checks.isDecomposable()) {
        checks.add(tests, "decomposed against direct", checks::decomposed);
      }
      checks.add(tests, "planned against unplanned memory", checks::planned);
      checks.add(tests, "replays bit for bit", checks::replays);
      checks.add(tests, "compilations bit for bit", checks::compilations);
      checks.add(tests, "the expected kernel runs", checks::kernels);
      checks.add(tests, "a run allocates nothing", checks::allocations);
    }
    return tests.stream();
  }

  private record Checks(OpCase c, DType dtype, String device) {
    void add(List<DynamicTest> tests, String name, Executable check) {
      tests.add(DynamicTest.dynamicTest(device + ": " + c + ": " + name + ", " + dtype, check));
    }

    private Backend backend() {
      return DEVICES.get(device);
    }

    private Map<String, HostTensor> run(Graph graph, CompileOptions options) {
      return Compiled.once(graph, backend(), options, CaseGraph.inputs(c, dtype, 0, graph));
    }

    void types() {
      List<HostTensor> expected = c.expected(dtype, c.sample(dtype, 0));
      assertThat(c.op(dtype).inferTypes(c.inputTypes(dtype)))
          .isEqualTo(expected.stream().map(HostTensor::type).toList());
    }

    void closedForm() {
      List<HostTensor> expected = c.expected(dtype, c.sample(dtype, 0));
      Map<String, HostTensor> actual =
          run(CaseGraph.forward(c, dtype), CompileOptions.DEFAULT.fuse(false));
      IntStream.range(0, expected.size())
          .forEach(
              i ->
                  Samples.requireNear(
                      "output " + i, expected.get(i), actual.get("y" + i), c.tolerance()));
    }

    void differences(int level) {
      FiniteDifferences.check(c, level, backend());
    }

    void referenceForward() {
      Graph graph = CaseGraph.forward(c, dtype);
      Map<String, HostTensor> expected =
          Compiled.once(
              graph,
              DEVICES.reference(),
              CompileOptions.DEFAULT,
              CaseGraph.inputs(c, dtype, 0, graph));
      Samples.requireNear(expected, run(graph, CompileOptions.DEFAULT), c.tolerance());
    }

    /** The F64 gradient of the very inputs that F32 sees; a gradient is a few more roundings. */
    void referenceGradient() {
      Graph exact = CaseGraph.gradients(c, DType.F64, 1);
      Graph graph = CaseGraph.gradients(c, dtype, 1);
      Map<String, HostTensor> inputs = CaseGraph.inputs(c, dtype, 0, graph);
      Map<String, HostTensor> wide = new LinkedHashMap<>();
      inputs.forEach((name, x) -> wide.put(name, x.dtype() == DType.F32 ? x.to(DType.F64) : x));
      Map<String, HostTensor> expected =
          Compiled.once(exact, DEVICES.reference(), CompileOptions.DEFAULT, wide);
      expected.replaceAll((name, x) -> x.to(DType.F32));
      Map<String, HostTensor> actual =
          Compiled.once(graph, backend(), CompileOptions.DEFAULT, inputs);
      Samples.requireNear(expected, actual, new Tolerance(64 + 4 * c.tolerance().roundings()));
    }

    /** Fused regions round once at their end, unfused ones after each op. */
    void fused() {
      Graph graph = CaseGraph.chain(c, dtype);
      try (Compiled fused = new Compiled(graph, backend(), CompileOptions.DEFAULT.fuse(true))) {
        assertThat(fused.kernels()).as("kernels of a fused chain").hasSizeLessThanOrEqualTo(1);
        Samples.requireNear(
            run(graph, CompileOptions.DEFAULT.fuse(false)),
            fused.run(CaseGraph.inputs(c, dtype, 0, graph)),
            new Tolerance(64));
      }
      if (c.gradients() > 0) {
        Graph gradients = CaseGraph.gradients(c, dtype, 1);
        Samples.requireNear(
            run(gradients, CompileOptions.DEFAULT.fuse(false)),
            run(gradients, CompileOptions.DEFAULT.fuse(true)),
            new Tolerance(64 + 4 * c.tolerance().roundings()));
      }
    }

    boolean isDecomposable() {
      List<Node> nodes = CaseGraph.forward(c, dtype).nodes();
      Node last = nodes.get(nodes.size() - 1);
      return last.op().decompose(last.inputs()).isPresent();
    }

    void decomposed() {
      for (Graph graph : List.of(CaseGraph.forward(c, dtype), CaseGraph.largest(c, dtype))) {
        Samples.requireNear(
            run(graph, CompileOptions.DEFAULT),
            run(graph, CompileOptions.DEFAULT.decomposeAll(true)),
            new Tolerance(64 + 4 * c.tolerance().roundings()));
      }
    }

    void planned() {
      Graph graph = CaseGraph.largest(c, dtype);
      MemoryPlanner.Mode unplanned = MemoryPlanner.Mode.ONE_ALLOCATION_PER_BUFFER;
      Samples.requireNear(
          run(graph, CompileOptions.DEFAULT.memory(unplanned)),
          run(graph, CompileOptions.DEFAULT.memory(MemoryPlanner.Mode.PLANNED)),
          Tolerance.EXACT);
    }

    /** Other inputs run in between, so that nothing left over from a run can go unnoticed. */
    void replays() {
      Graph graph = CaseGraph.largest(c, dtype);
      Map<String, HostTensor> inputs = CaseGraph.inputs(c, dtype, 0, graph);
      Map<String, HostTensor> others = CaseGraph.inputs(c, dtype, 1, graph);
      try (Compiled compiled = new Compiled(graph, backend(), CompileOptions.DEFAULT)) {
        Map<String, HostTensor> first = compiled.run(inputs);
        for (int replay = 1; replay <= 3; replay++) {
          compiled.run(others);
          Samples.requireNear(first, compiled.run(inputs), Tolerance.EXACT);
        }
      }
    }

    /**
     * The reference has one kernel an op, but for scans and what the compiler makes for those that
     * save launches; others name theirs; views and sources need none.
     */
    void kernels() {
      Graph graph = CaseGraph.forward(c, dtype);
      boolean empty =
          graph.nodes().stream()
              .flatMap(node -> node.outputs().stream())
              .anyMatch(value -> value.shape().isEmpty());
      try (Compiled compiled = new Compiled(graph, backend(), CompileOptions.DEFAULT)) {
        Node last = graph.nodes().get(graph.nodes().size() - 1);
        if (empty || !Storage.isStep(last)) {
          assertThat(compiled.kernels()).allMatch(name -> name.startsWith(device + "."));
        } else if (device.equals("reference")
            && !(last.op() instanceof Region)
            && !(last.op() instanceof Scan)) {
          assertThat(compiled.kernels()).containsExactly("reference." + last.op().name());
        } else {
          assertThat(compiled.kernels())
              .isNotEmpty()
              .allMatch(name -> name.startsWith(device + "."));
        }
      }
    }

    /** Garbage of a run: none, but for what the JVM itself does now and then. */
    void allocations() {
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      Graph graph = CaseGraph.largest(c, dtype);
      try (Compiled compiled = new Compiled(graph, backend(), CompileOptions.DEFAULT)) {
        Bindings bindings = compiled.bindings(CaseGraph.inputs(c, dtype, 0, graph));
        for (int i = 0; i < 3; i++) {
          compiled.program().run(bindings);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 8; i++) {
          compiled.program().run(bindings);
        }
        long each = (threads.getCurrentThreadAllocatedBytes() - before) / 8;
        assertThat(each).as("bytes allocated by a run").isLessThanOrEqualTo(1024);
      }
    }

    void compilations() {
      Samples.requireNear(
          run(CaseGraph.largest(c, dtype), CompileOptions.DEFAULT),
          run(CaseGraph.largest(c, dtype), CompileOptions.DEFAULT),
          Tolerance.EXACT);
    }
  }
}
