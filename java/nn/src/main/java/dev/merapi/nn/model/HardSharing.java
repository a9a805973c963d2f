package dev.merapi.nn.model;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Model;
import dev.merapi.nn.MultiLayer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import java.util.List;

/**
 * Multi-task learning with hard parameter sharing: all tasks share a trunk, and each has a head of
 * its own on it: y_t = head_t(trunk(x)).
 *
 * <p>There is an output for each task under its name; the first is the prediction. The variables'
 * names begin with {@code trunk} and the tasks' names. Its loss is a {@code weightedSum}. Source:
 * Caruana, "Multitask Learning", Machine Learning 28, 1997.
 *
 * @param inputShape the shape of one sample
 * @param tasks at least one
 * @param trunk the layers that all tasks share
 */
public record HardSharing(
    @Default("[1, 28, 28]") Shape inputShape,
    List<Task> tasks,
    @Default("[flatten, {dense: {units: 128}}, relu]") Layer trunk)
    implements Model, MultiLayer {
  public HardSharing {
    tasks = List.copyOf(tasks);
    GraphException.check(!tasks.isEmpty(), "tasks must be at least one, found none");
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    GraphException.check(
        inputs.size() == 1, "hardSharing: expected one input, found %d", inputs.size());
    Value shared = net.apply("trunk", trunk, inputs.get(0));
    return new Outputs(
        tasks.stream().map(Task::name).toList(),
        tasks.stream().map(task -> net.apply(task.name(), task.head(), shared)).toList());
  }
}
