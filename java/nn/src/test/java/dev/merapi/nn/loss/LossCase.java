package dev.merapi.nn.loss;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.nn.Outputs;
import java.util.List;
import java.util.function.Function;

/**
 * A loss of some prediction and target.
 *
 * @param prediction in F64
 * @param target I32 or F64
 * @param expected what it is
 * @param outputs of a model whose numbers are all in the prediction
 */
record LossCase(
    String name,
    Loss loss,
    HostTensor prediction,
    HostTensor target,
    double expected,
    Function<Value, Outputs> outputs) {
  LossCase(String name, Loss loss, HostTensor prediction, HostTensor target, double expected) {
    this(name, loss, prediction, target, expected, Outputs::of);
  }

  /** The loss and its gradient by the prediction on the reference backend, in F32 or F64. */
  Run open(DType dtype) {
    return new Run(this, dtype);
  }

  @Override
  public String toString() {
    return name;
  }

  /** A program; {@code prediction} may be changed between two calls of {@code run}. */
  static final class Run implements AutoCloseable {
    final HostTensor prediction;
    final HostTensor loss;
    final HostTensor grad;
    private final Bindings bindings;
    private final Backend backend = Backends.open("reference");
    private final StateStore store = new StateStore(backend);
    private final Program program;

    private Run(LossCase of, DType dtype) {
      prediction = of.prediction.to(dtype);
      HostTensor target = of.target.dtype().isFloating() ? of.target.to(dtype) : of.target;
      Graph graph = new Graph("loss", 1);
      Value x = Input.of(graph, "prediction", prediction.type());
      Value wanted = Input.of(graph, "target", target.type());
      Value y = of.loss.build(of.outputs.apply(x), List.of(wanted));
      graph.output("loss", y);
      graph.output("grad", Differentiator.gradients(y, List.of(x)).get(0));
      loss = HostTensor.zeros(y.type());
      grad = HostTensor.zeros(x.type());
      bindings = new Bindings().input("prediction", prediction).input("target", target);
      bindings.output("loss", loss).output("grad", grad);
      program = Program.compile(graph, store, CompileOptions.DEFAULT);
      run();
    }

    void run() {
      program.run(bindings);
    }

    /** The loss with one number of the prediction moved. */
    double moved(int element, double by) {
      double before = prediction.get(element);
      prediction.set(element, before + by);
      run();
      prediction.set(element, before);
      return loss.item();
    }

    @Override
    public void close() {
      program.close();
      store.close();
      backend.close();
    }
  }
}
