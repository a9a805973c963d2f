package dev.merapi.cli.job;

import dev.merapi.cli.registry.Kind;
import dev.merapi.cli.registry.Naming;
import dev.merapi.cli.registry.Registry;
import dev.merapi.core.graph.Op;
import dev.merapi.nn.Layer;
import dev.merapi.nn.LayerGraph;
import dev.merapi.nn.Merge;
import dev.merapi.nn.Model;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.init.Initializer;
import dev.merapi.nn.layer.Activation;
import dev.merapi.nn.loss.Loss;
import dev.merapi.train.clip.GradientClip;
import dev.merapi.train.constraint.Constraint;
import dev.merapi.train.data.DatasetSource;
import dev.merapi.train.data.augment.Augmentation;
import dev.merapi.train.data.normalize.Normalizer;
import dev.merapi.train.metric.Metric;
import dev.merapi.train.optimizer.Optimizer;
import dev.merapi.train.penalty.Penalty;
import dev.merapi.train.schedule.Schedule;
import java.util.ArrayList;
import java.util.List;

/** The kinds of things that job files name, and where they are found. */
public final class Kinds {
  public static final Kind MODELS = new Kind("models", "model", Model.class, Naming.KEBAB);

  /** Models are named by {@link #MODELS}, and a row of layers is written as a list. */
  public static final Kind LAYERS =
      new Kind("layers", "layer", Layer.class, Naming.CAMEL)
          .except(Model.class, Sequential.class, LayerGraph.class)
          .row(Kinds::layers);

  public static final Kind DATASETS =
      new Kind("datasets", "data set", DatasetSource.class, Naming.KEBAB);

  /** All kinds. */
  public static final List<Kind> ALL =
      List.of(
          MODELS,
          LAYERS,
          new Kind("merges", "merge", Merge.class, Naming.CAMEL),
          new Kind("activations", "activation", Activation.class, Naming.CAMEL),
          new Kind("initializers", "initializer", Initializer.class, Naming.CAMEL),
          new Kind("losses", "loss", Loss.class, Naming.CAMEL),
          new Kind("optimizers", "optimizer", Optimizer.class, Naming.CAMEL),
          new Kind("schedules", "schedule", Schedule.class, Naming.CAMEL),
          new Kind("clips", "gradient clip", GradientClip.class, Naming.CAMEL),
          new Kind("penalties", "penalty", Penalty.class, Naming.CAMEL),
          new Kind("constraints", "constraint", Constraint.class, Naming.CAMEL),
          new Kind("metrics", "metric", Metric.class, Naming.CAMEL),
          DATASETS,
          new Kind("augmentations", "augmentation", Augmentation.class, Naming.CAMEL),
          new Kind("normalizers", "normalizer", Normalizer.class, Naming.CAMEL),
          new Kind("ops", "op", Op.class, Naming.CAMEL));

  private Kinds() {}

  /** A list of layers: a row of them, or where some name what they take a graph of one input. */
  private static Layer layers(List<Kind.Item> items) {
    return items.stream().allMatch(item -> item.from().isEmpty())
        ? sequential(items)
        : graph(List.of(LayerGraph.INPUT), items, List.of());
  }

  private static Sequential sequential(List<Kind.Item> items) {
    Sequential row = Sequential.of();
    for (Kind.Item item : items) {
      Layer layer = (Layer) item.value();
      row = item.name() == null ? row.add(layer) : row.add(item.name(), layer);
    }
    return row;
  }

  /** Layers with the names that they would have in a row, each of which takes the one before it. */
  static LayerGraph graph(List<String> inputs, List<Kind.Item> items, List<String> outputs) {
    List<LayerGraph.Node> nodes = new ArrayList<>();
    List<String> before = List.of(inputs.get(0));
    for (Sequential.Child child : sequential(items).children()) {
      List<String> from = items.get(nodes.size()).from();
      nodes.add(new LayerGraph.Node(child.name(), child.layer(), from.isEmpty() ? before : from));
      before = List.of(child.name());
    }
    return new LayerGraph(inputs, nodes, outputs);
  }

  /** Finds everything on the class path. */
  public static Registry registry() {
    return new Registry(ALL);
  }
}
