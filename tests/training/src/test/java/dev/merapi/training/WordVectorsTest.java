package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.cli.job.Jobs;
import dev.merapi.cli.job.Kinds;
import dev.merapi.cli.job.LoadedJob;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.nn.loss.NegativeSampling;
import dev.merapi.nn.model.SkipGram;
import dev.merapi.train.NearestWords;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.DataDirectories;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.SkipGramDataset;
import dev.merapi.train.data.SkipGrams;
import dev.merapi.train.data.Vocabulary;
import dev.merapi.train.optimizer.Adam;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Words of one topic, which stand together, get vectors that point the same way. */
class WordVectorsTest {
  private static final List<List<String>> TOPICS =
      List.of(
          List.of("cat", "dog", "horse", "fur", "paw", "tail"),
          List.of("bread", "cheese", "soup", "plate", "spoon", "salt"),
          List.of("rain", "wind", "cloud", "storm", "snow", "sky"));

  @TempDir private Path folder;

  /** Each sentence is of one topic, with words that are in all of them. */
  private Path write() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < 600; line++) {
      List<String> topic = TOPICS.get(random.nextInt(TOPICS.size()));
      for (int word = 0; word < 4; word++) {
        text.append(random.nextBoolean() ? "the " : "and ");
        text.append(topic.get(random.nextInt(topic.size()))).append(' ');
      }
      text.append('\n');
    }
    return Files.writeString(folder.resolve("topics.txt"), text);
  }

  @Test
  void wordsOfATopicAreNear() throws Exception {
    assumeTrue(Backends.availability().get("cpu").usable());
    SkipGramDataset data =
        new SkipGrams(write().toString(), 100, 4, 5, 0.02, 1)
            .open("train", new DataDirectories(List.of(folder)));
    Vocabulary words = data.vocabularies().get(Vocabulary.TEXT);
    SkipGram model = new SkipGram().vocabulary(words.size()).dim(16);
    TrainingConfig config =
        TrainingConfig.of("skip-gram", model, new NegativeSampling(), new Adam(0.02))
            .metrics(List.of())
            .batch(64)
            .epochs(5);
    try (Backend backend = Backends.open("cpu");
        Trainer trainer = new Trainer(backend, config, data)) {
      trainer.fit(data, null);
      NearestWords nearest = new NearestWords(words, trainer.weights().get("embedding.weight"));
      for (List<String> topic : TOPICS) {
        for (String word : topic) {
          assertThat(topic).as("near %s", word).containsAll(nearest.of(word, 4).keySet());
        }
      }
    }
  }

  /** What stands near the same words in descriptions of pictures means something alike. */
  @Tag("slow")
  @Test
  void wordsOfDescriptions() throws Exception {
    assumeTrue(Backends.availability().get("cpu").usable());
    assumeTrue(System.getenv("MERAPI_DATA") != null, "needs data sets in MERAPI_DATA");
    long start = System.nanoTime();
    LoadedJob job = new Jobs(Kinds.registry(), Path.of("")).load("skip-gram", List.of());
    Dataset data = job.openTrain(DataDirectories.usual(null, System.getenv()));
    try (Backend backend = Backends.open("cpu");
        Trainer trainer = new Trainer(backend, job.config(data), data)) {
      trainer.fit(data, null);
      NearestWords nearest =
          new NearestWords(
              data.vocabularies().get(Vocabulary.TEXT), trainer.weights().get("embedding.weight"));
      Results.keep(
          "skip-gram",
          "near dog: %s; near red: %s; near guitar: %s"
              .formatted(
                  String.join(", ", nearest.of("dog", 4).keySet()),
                  String.join(", ", nearest.of("red", 4).keySet()),
                  String.join(", ", nearest.of("guitar", 4).keySet())),
          start);
      List<List<String>> alike =
          List.of(
              List.of("man", "woman", "grass"),
              List.of("red", "blue", "running"),
              List.of("two", "three", "dog"),
              List.of("guitar", "singing", "snow"));
      for (List<String> words : alike) {
        assertThat(nearest.similarity(words.get(0), words.get(1)))
            .as("%s is nearer to %s than to %s", words.toArray())
            .isGreaterThan(nearest.similarity(words.get(0), words.get(2)));
      }
    }
  }
}
