package dev.merapi.nn.model;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Model;
import dev.merapi.nn.MultiLayer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import java.util.ArrayList;
import java.util.List;

/**
 * Multi-task learning with soft parameter sharing: each task has a trunk and a head of its own, and
 * the squared distances of the trunks' parameters are added to the loss of a training.
 *
 * <pre>
 * y_t = head_t(trunk_t(x)),  loss += sharing sum_{s &lt; t} |w_s - w_t|^2
 * </pre>
 *
 * <p>There is an output for each task under its name; the first is the prediction. The variables'
 * names begin with the tasks' names and {@code trunk} or {@code head}. Its loss is a {@code
 * weightedSum}. Source: Duong, Cohn, Bird and Cook, "Low Resource Dependency Parsing: Cross-lingual
 * Parameter Sharing in a Neural Network Parser", ACL 2015; Ruder, "An Overview of Multi-Task
 * Learning in Deep Neural Networks", 2017.
 *
 * @param inputShape the shape of one sample
 * @param tasks at least one
 * @param trunk the layers that each task has of its own, with at least one parameter
 * @param sharing the weight of the distances, at least 0
 */
public record SoftSharing(
    @Default("[1, 28, 28]") Shape inputShape,
    List<Task> tasks,
    @Default("[flatten, {dense: {units: 128}}, relu]") Layer trunk,
    @Default("0.001") double sharing)
    implements Model, MultiLayer {
  public SoftSharing {
    tasks = List.copyOf(tasks);
    GraphException.check(!tasks.isEmpty(), "tasks must be at least one, found none");
    GraphException.check(
        sharing >= 0 && Double.isFinite(sharing),
        "sharing must be finite and at least 0, found %s",
        sharing);
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    GraphException.check(
        inputs.size() == 1, "softSharing: expected one input, found %d", inputs.size());
    List<Value> predictions = new ArrayList<>();
    List<List<Value>> trunks = new ArrayList<>();
    for (Task task : tasks) {
      Layer tower =
          (inner, x) -> {
            int before = inner.parameters().size();
            Value hidden = inner.apply("trunk", trunk, x);
            trunks.add(inner.parameters().subList(before, inner.parameters().size()));
            return inner.apply("head", task.head(), hidden);
          };
      predictions.add(net.apply(task.name(), tower, inputs.get(0)));
    }
    addDistances(net, trunks);
    return new Outputs(tasks.stream().map(Task::name).toList(), predictions);
  }

  private void addDistances(Net net, List<List<Value>> trunks) {
    List<Value> differences = new ArrayList<>();
    for (int t = 1; t < trunks.size(); t++) {
      for (int s = 0; s < t; s++) {
        for (int i = 0; i < trunks.get(t).size(); i++) {
          differences.add(Ops.sub(trunks.get(s).get(i), trunks.get(t).get(i)));
        }
      }
    }
    if (!differences.isEmpty() && sharing > 0) {
      net.addLoss(Ops.mul(Ops.sumOfSquares(differences), sharing));
    }
  }
}
