package dev.merapi.train;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Owned;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.Batch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Computes a model's training loss on one fixed batch, and its gradients, for any weights. */
final class LossRunner implements AutoCloseable {
  private static final String LOSS = "loss";

  private final Owned owned = new Owned();
  private final StateStore store;
  private final Program lossProgram;
  private final Program gradientProgram;
  private final HostTensor loss;
  private final Bindings lossBindings;
  private final Bindings gradientBindings;
  private final Map<String, HostTensor> gradients = new LinkedHashMap<>();

  /** Floating-point inputs must already have the configuration's precision. */
  LossRunner(Backend backend, TrainingConfig config, Batch batch) {
    this.store = new StateStore(backend);
    owned.add(store::close);
    this.loss = HostTensor.zeros(TensorType.scalar(config.dtype()));
    CompileOptions options = CompileOptions.DEFAULT.numerics(config.numerics());
    try {
      lossProgram = compileLoss(config, batch, options);
      owned.add(lossProgram::close);
      gradientProgram = compileGradients(config, batch, options);
      owned.add(gradientProgram::close);
      lossBindings = Feed.Run.bind(lossProgram, batch).output(LOSS, loss);
      gradientBindings = Feed.Run.bind(gradientProgram, batch);
      gradients.forEach(gradientBindings::output);
    } catch (RuntimeException | Error e) {
      owned.closeAfter(e);
      throw e;
    }
  }

  private Program compileLoss(TrainingConfig config, Batch batch, CompileOptions options) {
    LossGraph forward = LossGraph.build(config, Batches.of(batch), true);
    store.declare(VariableSpec.controlBlock());
    store.declare(forward.net().variables());
    forward.graph().output(LOSS, forward.loss());
    return Program.compile(forward.graph(), store, options);
  }

  private Program compileGradients(TrainingConfig config, Batch batch, CompileOptions options) {
    LossGraph backward = LossGraph.build(config, Batches.of(batch), true);
    List<Value> values = backward.gradients();
    for (int i = 0; i < values.size(); i++) {
      String path = ((Variable) backward.net().trainable().get(i).op()).path();
      backward.graph().output(path, values.get(i));
      gradients.put(path, HostTensor.zeros(values.get(i).type()));
    }
    return Program.compile(backward.graph(), store, options);
  }

  double loss() {
    lossProgram.run(lossBindings);
    return loss.item();
  }

  /** By parameter, in the model's order; overwritten by the next call. */
  Map<String, HostTensor> gradients() {
    gradientProgram.run(gradientBindings);
    return gradients;
  }

  HostTensor get(String path) {
    return store.get(path);
  }

  void set(String path, HostTensor value) {
    DType dtype = store.type(path).dtype();
    store.set(path, value.dtype() == dtype ? value : value.to(dtype));
  }

  @Override
  public void close() {
    owned.close();
  }
}
