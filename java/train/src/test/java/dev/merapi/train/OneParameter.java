package dev.merapi.train;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.loss.MeanSquaredError;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.optimizer.Optimizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The smallest training that has a weight and a bias: y = w x + b with w = 3 and b = 0 on the
 * sample x = 2 with target 1. Its loss is (6 - 1)^2 = 25, with the gradients 20 by w and 10 by b.
 */
record OneParameter(Backend backend) {
  static final double LOSS = 25;
  static final double WEIGHT = 3;
  static final double WEIGHT_GRAD = 20;
  static final double BIAS_GRAD = 10;
  static final Dataset DATA =
      new TensorDataset(
          "one", HostTensor.of(Shape.of(1, 1), 2f), HostTensor.of(Shape.of(1, 1), 1f), 0);

  static TrainingConfig config(Optimizer optimizer) {
    return TrainingConfig.of("line", Sequential.of(new Dense(1)), new MeanSquaredError(), optimizer)
        .batch(1)
        .metrics(List.of());
  }

  /** Weight and bias after an epoch of one step, and the loss that was reported. */
  Map<String, Double> afterOneStep(TrainingConfig config) {
    try (Trainer trainer = new Trainer(backend, config, DATA)) {
      trainer.loadWeights(
          Map.of(
              "dense1.weight", HostTensor.of(Shape.of(1, 1), (float) WEIGHT),
              "dense1.bias", HostTensor.of(Shape.of(1), 0f)));
      double loss = trainer.fit(DATA, null).epochs().get(0).trainLoss();
      Map<String, Double> found = new LinkedHashMap<>();
      trainer.weights().forEach((path, value) -> found.put(path, value.item()));
      found.put("loss", loss);
      return found;
    }
  }
}
