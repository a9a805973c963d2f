package dev.merapi.training;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Model;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.nn.model.CharLstm;
import dev.merapi.nn.model.Lenet5;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.DataDirectories;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.SyntheticDigits;
import dev.merapi.train.data.TextDataset;
import dev.merapi.train.optimizer.Sgd;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** A training on data that need no file: made-up digits, or a text of made-up words. */
record Job(TrainingConfig config, Dataset data) {
  private static final int CHARACTERS = 65;
  private static final String ALPHABET = alphabet();

  /**
   * LeNet-5 for so many steps. They are small ones: with larger ones the training is chaotic, and a
   * maximum among equals that falls on another pixel changes all that follows.
   */
  static Job lenet5(int batch, int steps) {
    Dataset digits =
        new SyntheticDigits(batch * steps, 1, 1)
            .open("train", new DataDirectories(List.of(Path.of("."))));
    return new Job(config("lenet5", new Lenet5(), 0.005, batch), digits);
  }

  /** The character model with two layers for so many steps. */
  static Job charLstm(int hidden, int sequence, int batch, int steps) {
    Model model = new CharLstm(Shape.of(sequence), CHARACTERS, hidden, 2, false);
    Dataset text = new TextDataset("words", words(sequence * batch * steps), ALPHABET, sequence);
    return new Job(config("charlstm", model, 0.1, batch), text);
  }

  private static String alphabet() {
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < CHARACTERS; i++) {
      letters.append((char) ('0' + i));
    }
    return letters.toString();
  }

  /** Words of a small vocabulary in random order. */
  private static String words(int length) {
    SplittableRandom random = new SplittableRandom(5);
    String[] vocabulary = new String[40];
    for (int i = 0; i < vocabulary.length; i++) {
      StringBuilder word = new StringBuilder();
      for (int letters = random.nextInt(1, 7); letters > 0; letters--) {
        word.append(ALPHABET.charAt(random.nextInt(CHARACTERS)));
      }
      vocabulary[i] = word.toString();
    }
    StringBuilder text = new StringBuilder();
    while (text.length() <= length) {
      text.append(vocabulary[random.nextInt(vocabulary.length)]).append('0');
    }
    return text.substring(0, length + 1);
  }

  private static TrainingConfig config(String name, Model model, double learningRate, int batch) {
    Sgd optimizer = new Sgd(learningRate).momentum(0.9);
    return TrainingConfig.of(name, model, new SoftmaxCrossEntropy(), optimizer).batch(batch);
  }

  Job epochs(int epochs) {
    return new Job(config.epochs(epochs), data);
  }

  Trainer trainer(Backend backend) {
    return new Trainer(backend, config, data);
  }
}
