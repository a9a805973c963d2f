package dev.merapi.bench.pytorch;

import dev.merapi.bench.measure.JsonLine;
import dev.merapi.bench.measure.Statistics;
import dev.merapi.bench.measure.StepTimes;
import dev.merapi.bench.measure.ThisProcess;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Whole training steps of one workload in PyTorch: {@code PyTorchPeer WORKLOAD SECONDS} prints the
 * line that {@code merapi bench} prints. Threads are set by the environment.
 */
public final class PyTorchPeer {
  private static final double MOMENTUM = 0.9;

  private final PyTorchWorkload workload;
  private final Network network;
  private final SGD optimizer;
  private final Tensor inputs;
  private final Tensor targets;

  private PyTorchPeer(PyTorchWorkload workload) {
    torch.manual_seed(42);
    this.workload = workload;
    network = workload.network().get();
    if (network.elements() != workload.parameters()) {
      throw new IllegalStateException(
          "expected %,d parameters, found %,d"
              .formatted(workload.parameters(), network.elements()));
    }
    SGDOptions options = new SGDOptions(workload.learningRate());
    options.momentum().put(MOMENTUM);
    optimizer = new SGD(network.parameters(), options);
    inputs = workload.data();
    targets = workload.targets();
  }

  public static void main(String[] args) {
    if (args.length != 2 || !PyTorchWorkload.ALL.containsKey(args[0])) {
      System.err.println("usage: PyTorchPeer WORKLOAD SECONDS; " + PyTorchWorkload.ALL.keySet());
      System.exit(2);
    }
    PyTorchPeer peer = new PyTorchPeer(PyTorchWorkload.ALL.get(args[0]));
    StepTimes times = StepTimes.run(peer::step, Double.parseDouble(args[1]));
    System.out.println(JsonLine.of(peer.report(args[0], times)));
  }

  /** Forward, backward, update; reading the loss waits for all of it. */
  @SuppressWarnings("try") // the scope frees all tensors of the step
  private double step() {
    try (PointerScope scope = new PointerScope()) {
      optimizer.zero_grad();
      Tensor loss = torch.cross_entropy(network.forward(inputs), targets);
      loss.backward();
      optimizer.step();
      return loss.item_float();
    }
  }

  private Map<String, Object> report(String name, StepTimes times) {
    double peakMegabytes = ThisProcess.peakMegabytes();
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("peer", "pytorch");
    report.put("workload", name);
    report.put("device", "cpu");
    report.put("threads", torch.get_num_threads());
    report.put("batch", workload.batch());
    report.put("parameters", workload.parameters());
    report.put("steps", times.milliseconds().size());
    report.put("samples_per_s", JsonLine.rounded(workload.batch() * times.stepsPerSecond()));
    report.put("step_ms_median", JsonLine.rounded(Statistics.of(times.milliseconds()).median()));
    report.put("first_step_s", JsonLine.rounded(times.firstStepSeconds()));
    report.put("peak_rss_mb", JsonLine.rounded(peakMegabytes));
    report.put("loss_first", times.firstLoss());
    report.put("loss_last", times.lastLoss());
    return report;
  }
}
