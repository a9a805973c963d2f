package dev.merapi.cli.command;

import dev.merapi.cli.job.LoadedJob;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.GraphPrinter;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.MemoryReport;
import dev.merapi.core.runtime.Program;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.Dataset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code merapi inspect JOB}. */
@Command(
    name = "inspect",
    description = "Shows a job's layers, and the kernels and the memory of its training step.")
public final class InspectCommand extends JobCommand {
  @Option(names = "--graph", description = "Print the compiled training step as text instead.")
  private boolean graph;

  @Option(names = "--dot", description = "Print the compiled training step for Graphviz instead.")
  private boolean dot;

  /** The command in some surroundings. */
  public InspectCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() {
    LoadedJob job = load();
    Backends.Choice choice = choose(job);
    Dataset data = job.open(dataDirectories()).train();
    TrainingConfig config = job.config(data);
    try (Backend backend = choice.open()) {
      int unfused;
      try (Trainer trainer =
          new Trainer(backend, config, data, CompileOptions.DEFAULT.fuse(false))) {
        unfused = trainer.trainingProgram().steps().size();
      }
      try (Trainer trainer =
          new Trainer(backend, config, data, CompileOptions.DEFAULT.fuse(true))) {
        Program program = trainer.trainingProgram();
        if (dot) {
          out().print(GraphPrinter.graphviz(program.graph()));
        } else if (graph) {
          out().print(GraphPrinter.text(program.graph()));
        } else {
          describe(config, data, backend.device(), unfused, program);
        }
        out().flush();
      }
    }
    return 0;
  }

  private void describe(
      TrainingConfig config, Dataset data, String device, int unfused, Program program) {
    List<ModelSummary.Row> rows = ModelSummary.of(config, data.inputTypes());
    MemoryReport memory = program.memory();
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("model", config.name());
    result.put("input", data.inputType().toString());
    result.put("layers", rows.stream().map(InspectCommand::item).toList());
    result.put("parameters", rows.stream().mapToLong(ModelSummary.Row::parameters).sum());
    result.put("flops_per_sample", rows.stream().mapToLong(ModelSummary.Row::flops).sum());
    result.put("device", device);
    result.put("batch", Math.min(config.batch(), data.size()));
    result.put("kernels_before_fusion", unfused);
    result.put("kernels_after_fusion", program.steps().size());
    result.put("arena_bytes", memory.arenaBytes());
    result.put("sum_of_buffers_bytes", memory.transientBytes());
    result.put("memory_bytes", owners(memory));
    report(result, words(result, rows));
  }

  private static Map<String, Object> item(ModelSummary.Row row) {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("name", row.name());
    item.put("type", row.type());
    item.put("output", row.output().toArray());
    item.put("parameters", row.parameters());
    item.put("flops", row.flops());
    return item;
  }

  private static Map<String, Long> owners(MemoryReport memory) {
    Map<String, Long> owners = new LinkedHashMap<>(memory.state());
    owners.put("inputs", memory.inputs());
    owners.put("outputs", memory.outputs());
    owners.put("constants", memory.constants());
    owners.put("arena", memory.arenaBytes());
    owners.put("total", memory.totalBytes());
    return owners;
  }

  private static String words(Map<String, Object> result, List<ModelSummary.Row> rows) {
    StringBuilder words = new StringBuilder();
    words.append("%s on %s%n%n".formatted(result.get("model"), result.get("input")));
    words.append(
        "%-12s %-16s %-18s %12s %14s%n"
            .formatted("layer", "type", "output", "parameters", "FLOPs/sample"));
    for (ModelSummary.Row row : rows) {
      words.append(
          "%-12s %-16s %-18s %,12d %,14d%n"
              .formatted(row.name(), row.type(), row.output(), row.parameters(), row.flops()));
    }
    words.append(
        "%-12s %-16s %-18s %,12d %,14d%n%n"
            .formatted("total", "", "", result.get("parameters"), result.get("flops_per_sample")));
    words.append(
        "training step, batch %s, on %s:%n".formatted(result.get("batch"), result.get("device")));
    words.append(
        "  kernels   %s before fusion, %s after%n"
            .formatted(result.get("kernels_before_fusion"), result.get("kernels_after_fusion")));
    words.append(
        "  arena     %,d bytes; all its buffers together %,d bytes%n"
            .formatted(result.get("arena_bytes"), result.get("sum_of_buffers_bytes")));
    words.append("  memory by owner, in bytes:");
    ((Map<?, ?>) result.get("memory_bytes"))
        .forEach((owner, bytes) -> words.append("%n    %-22s %,15d".formatted(owner, bytes)));
    return words.toString();
  }
}
