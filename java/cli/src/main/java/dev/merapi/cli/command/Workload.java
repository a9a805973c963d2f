package dev.merapi.cli.command;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Model;
import dev.merapi.nn.model.Alexnet;
import dev.merapi.nn.model.CharLstm;
import dev.merapi.nn.model.Lenet5;
import dev.merapi.nn.model.Mlp;
import dev.merapi.nn.model.VggSmall;
import dev.merapi.train.data.Batch;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What {@code merapi bench} times: the training step of a network on one batch of made-up data.
 *
 * @param model the network
 * @param classes of its labels
 * @param batch samples per step
 * @param learningRate of SGD with momentum 0.9
 */
record Workload(Model model, int classes, int batch, double learningRate) {
  /** All workloads by name. */
  static final Map<String, Workload> ALL = new LinkedHashMap<>();

  static {
    ALL.put("mlp", new Workload(new Mlp(), 10, 128, 0.01));
    ALL.put("lenet5", new Workload(new Lenet5(), 10, 64, 0.01));
    ALL.put("vgg-small", new Workload(new VggSmall(), 10, 32, 0.01));
    ALL.put("charlstm", new Workload(new CharLstm(), 65, 32, 0.1));
    ALL.put("alexnet", new Workload(new Alexnet().dropout(0), 1000, 8, 0.001));
  }

  /** One batch: images uniform in [-1, 1) or characters, labels uniform. */
  Batch data(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Shape shape = Shape.of(batch).concat(model.inputShape());
    if (model instanceof CharLstm) {
      return new Batch(labels(shape, random), labels(shape, random));
    }
    HostTensor inputs = HostTensor.zeros(new TensorType(DType.F32, shape));
    for (int i = 0; i < inputs.elements(); i++) {
      inputs.set(i, 2 * random.nextDouble() - 1);
    }
    return new Batch(inputs, labels(Shape.of(batch), random));
  }

  private HostTensor labels(Shape shape, SplittableRandom random) {
    HostTensor labels = HostTensor.zeros(new TensorType(DType.I32, shape));
    for (int i = 0; i < labels.elements(); i++) {
      labels.set(i, random.nextInt(classes));
    }
    return labels;
  }
}
