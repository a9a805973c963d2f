package dev.merapi.cli.readme;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Flatten;
import dev.merapi.nn.layer.MaxPool2d;
import dev.merapi.nn.layer.Relu;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.DataDirectories;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.SyntheticDigits;
import dev.merapi.train.optimizer.Sgd;

/** The README's program. */
final class Lenet5Example {
  private Lenet5Example() {}

  static void main() {
    Layer block1 = Sequential.of(new Conv2d(6, 5).padding(2), new Relu(), new MaxPool2d(2));
    Layer block2 = Sequential.of(new Conv2d(16, 5), new Relu(), new MaxPool2d(2), new Flatten());
    Layer block3 = Sequential.of(new Dense(120), new Relu(), new Dense(84), new Relu());
    Layer lenet5 = Sequential.of(block1, block2, block3, new Dense(10));
    TrainingConfig config =
        TrainingConfig.of("lenet5", lenet5, new SoftmaxCrossEntropy(), new Sgd(0.05).momentum(0.9))
            .epochs(2);
    DataDirectories where = DataDirectories.usual(null, System.getenv());
    Dataset train = new SyntheticDigits().open("train", where);
    Dataset test = new SyntheticDigits().open("test", where);
    try (Backend backend = Backends.open("auto");
        Trainer trainer = new Trainer(backend, config, train)) {
      trainer.fit(train, null);
      System.out.println(trainer.evaluate(test).accuracy());
    }
  }
}
