package dev.merapi.nn.model;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Model;
import dev.merapi.nn.Net;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.NeuralTuringMachine;

/**
 * A neural Turing machine for sequences of numbers: the layer {@link NeuralTuringMachine} under the
 * name {@code machine}, and a dense layer {@code fc} that gives logits at every step.
 *
 * <p>x [N, T, features]; output [N, T, outputs]. Its weights fit sequences of any length. Source:
 * Graves, Wayne and Danihelka, "Neural Turing Machines", 2014.
 *
 * @param inputShape the shape of a sequence [T, features]
 * @param outputs how many logits each step has
 * @param machine the controller, the memory and the heads
 */
public record Ntm(
    @Default("[22, 10]") Shape inputShape,
    @Default("8") int outputs,
    @Default("{}") NeuralTuringMachine machine)
    implements Model {
  public Ntm {
    GraphException.check(
        inputShape.rank() == 2, "ntm: expected sequences [T, features], found %s", inputShape);
    GraphException.check(outputs >= 1, "ntm: outputs must be at least 1, found %d", outputs);
  }

  /** For the copy task with up to 10 rows of 8 bits. */
  public Ntm() {
    this(Shape.of(22, 10), 8, new NeuralTuringMachine());
  }

  public Ntm inputShape(Shape inputShape) {
    return new Ntm(inputShape, outputs, machine);
  }

  public Ntm outputs(int outputs) {
    return new Ntm(inputShape, outputs, machine);
  }

  public Ntm machine(NeuralTuringMachine machine) {
    return new Ntm(inputShape, outputs, machine);
  }

  @Override
  public Value build(Net net, Value x) {
    Value outputs = net.apply("machine", machine, Ops.transpose(x, 1, 0, 2));
    return Ops.transpose(net.apply("fc", new Dense(this.outputs), outputs), 1, 0, 2);
  }
}
