package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.recurrent.Rnn.Mode;
import dev.merapi.core.runtime.Backends;
import dev.merapi.nn.Layer;
import dev.merapi.nn.init.Identity;
import dev.merapi.nn.init.Normal;
import dev.merapi.nn.init.Zeros;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Rnn;
import dev.merapi.nn.loss.MeanSquaredError;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.clip.ClipByGlobalNorm;
import dev.merapi.train.data.Adding;
import dev.merapi.train.data.DataDirectories;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.optimizer.Adam;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Networks learn what only a memory solves. */
class SyntheticTasksTest {
  private static final DataDirectories NOWHERE = new DataDirectories(List.of(Path.of("nowhere")));
  private static final int HIDDEN = 32;

  /** A recurrent layer over sequences [N, T, features], whose last state gives a number. */
  private static Layer last(Layer recurrent) {
    return (net, x) -> {
      var h = net.apply("rnn", recurrent, List.of(Ops.transpose(x, 1, 0, 2))).get("h");
      return net.apply("fc", new Dense(1), Ops.reshape(h, x.shape().dim(0), HIDDEN));
    };
  }

  /** Who does not find the marked numbers has an error of 1/6. */
  @Test
  void recurrentRectifiersThatBeginWithTheIdentityAddNumbersFarApart() {
    assumeTrue(Backends.availability().get("cpu").usable());
    Adding adding = new Adding(30, 9600, 500, 1);
    Dataset train = adding.open("train", NOWHERE);
    Rnn irnn =
        new Rnn(HIDDEN)
            .activation(Mode.RELU)
            .recurrentInit(new Identity())
            .weightInit(new Normal(0, 0.1))
            .biasInit(new Zeros());
    TrainingConfig config =
        TrainingConfig.of("irnn", last(irnn), new MeanSquaredError(), new Adam(0.002))
            .clips(List.of(new ClipByGlobalNorm(1)))
            .metrics(List.of())
            .batch(32)
            .epochs(3);
    try (Backend backend = Backends.open("cpu");
        Trainer trainer = new Trainer(backend, config, train)) {
      trainer.fit(train, null);
      assertThat(trainer.evaluate(adding.open("test", NOWHERE)).loss()).isLessThan(0.05);
    }
  }
}
