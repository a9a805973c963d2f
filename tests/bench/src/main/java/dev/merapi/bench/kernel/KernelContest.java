package dev.merapi.bench.kernel;

import dev.merapi.bench.compare.Setting;
import dev.merapi.bench.measure.JsonLine;
import dev.merapi.bench.measure.OpProgram;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.PointerScope;

/**
 * Convolutions and matrix products, each by Merapi and by bare oneDNN in turn, in one process and
 * on the same threads, of which the environment says how many: {@code KernelContest DEVICE SECONDS
 * [NAME...]} prints a JSON line for each of them.
 */
public final class KernelContest {
  private final engine engine = new engine(dnnl.dnnl_cpu, 0);
  private final stream stream = new stream(engine);
  private final String device;
  private final double seconds;

  private KernelContest(String device, double seconds) {
    this.device = device;
    this.seconds = seconds;
  }

  public static void main(String[] args) {
    if (args.length < 2) {
      System.err.println("usage: KernelContest DEVICE SECONDS [NAME...]");
      System.exit(2);
    }
    List<String> names = List.of(args).subList(2, args.length);
    KernelContest contest = new KernelContest(args[0], Double.parseDouble(args[1]));
    KernelCase.all().stream()
        .filter(kernelCase -> names.isEmpty() || names.contains(kernelCase.name()))
        .forEach(kernelCase -> System.out.println(JsonLine.of(contest.run(kernelCase))));
  }

  @SuppressWarnings("try") // the scope frees the memory of a case
  private Map<String, Object> run(KernelCase kernelCase) {
    try (OpProgram program = MerapiKernels.prepare(device, kernelCase);
        PointerScope scope = new PointerScope()) {
      Map<String, Runnable> contestants = new LinkedHashMap<>();
      Map<String, Object> report = new LinkedHashMap<>();
      report.put("kernel", kernelCase.name());
      contestants.put(Setting.MERAPI, program::run);
      report.put("implementation", program.kernels());
      for (Layout layout : Layout.values()) {
        BareKernel bare = new OneDnnBare(engine, layout).prepare(kernelCase);
        contestants.put(layout.title(), () -> bare.run(stream));
        report.put(layout.title() + " implementation", bare.implementation());
      }
      InTurn.medianSeconds(contestants, seconds)
          .forEach(
              (name, median) ->
                  report.put(name, JsonLine.rounded(kernelCase.operations() / median * 1e-9)));
      return report;
    }
  }
}
