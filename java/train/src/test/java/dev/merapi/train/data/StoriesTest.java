package dev.merapi.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.tensor.HostTensor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StoriesTest {
  private static final DataDirectories NOWHERE = new DataDirectories(List.of(Path.of("nowhere")));

  private static StoryDataset open(String split) {
    return (StoryDataset) new Stories(6, 300, 200, 1).open(split, NOWHERE);
  }

  /** What a reader would answer: the last word of the last sentence of the right kind. */
  private static String answer(String text) {
    String[] sentences = text.split("[.?] ");
    String[] question = sentences[sentences.length - 2].split(" ");
    String found = "";
    for (String sentence : sentences) {
      String[] words = sentence.split(" ");
      boolean moved = sentence.contains(" to the ");
      boolean took = sentence.contains(" the ") && !moved;
      if (words[0].equals(question[2]) && (question[0].equals("where") ? moved : took)) {
        found = words[words.length - 1];
      }
    }
    return found;
  }

  @Test
  void oneSentenceKnowsTheAnswer() {
    Set<Integer> lengths = new HashSet<>();
    Set<String> kinds = new HashSet<>();
    StoryDataset stories = open("train");
    for (int i = 0; i < stories.size(); i++) {
      String text = stories.text(i);
      assertThat(text).endsWith("? " + answer(text));
      lengths.add(text.split("\\.").length - 1);
      kinds.add(text.split("[.?] ")[text.split("\\.").length - 1].split(" ")[0]);
    }
    assertThat(lengths).containsExactlyInAnyOrder(2, 3, 4, 5, 6);
    assertThat(kinds).containsExactlyInAnyOrder("where", "what");
  }

  @Test
  void theNewestSentenceComesFirst() {
    StoryDataset stories = open("train");
    List<String> words = stories.classNames();
    HostTensor story = HostTensor.zeros(stories.inputTypes().get(0));
    HostTensor question = HostTensor.zeros(stories.inputTypes().get(1));
    HostTensor target = HostTensor.zeros(stories.targetType());
    for (int i = 0; i < 20; i++) {
      List<ByteBuffer> inputs = List.of(story.bytes(), question.bytes());
      stories.copy(i, inputs, List.of(target.bytes()));
      String told = "";
      for (int row = 5; row >= 0; row--) {
        String sentence = text(words, story, row);
        told += sentence.isEmpty() ? "" : sentence + ". ";
      }
      told += text(words, question, 0) + "? " + words.get((int) target.item());
      assertThat(told).isEqualTo(stories.text(i));
      assertThat(story.get(0)).as("a first sentence").isNotZero();
    }
    assertThat(stories.classes()).isEqualTo(words.size());
    assertThat(new HashSet<>(words)).hasSameSizeAs(words);
  }

  private static String text(List<String> words, HostTensor rows, int row) {
    double[] numbers = Arrays.copyOfRange(rows.toDoubleArray(), 5 * row, 5 * row + 5);
    return Arrays.stream(numbers)
        .filter(number -> number != 0)
        .mapToObj(number -> words.get((int) number))
        .reduce((a, b) -> a + " " + b)
        .orElse("");
  }

  @Test
  void noStoryIsInBothSplits() {
    Set<String> train = new HashSet<>();
    StoryDataset stories = (StoryDataset) new Stories(2, 3000, 1, 1).open("train", NOWHERE);
    for (int i = 0; i < stories.size(); i++) {
      train.add(stories.text(i));
    }
    StoryDataset test = (StoryDataset) new Stories(2, 1, 1000, 1).open("test", NOWHERE);
    for (int i = 0; i < test.size(); i++) {
      assertThat(train).doesNotContain(test.text(i));
    }
  }

  @Test
  void aSampleDependsOnTheSeedAlone() {
    assertThat(open("train").text(7)).isEqualTo(open("train").text(7));
    assertThat(((StoryDataset) new Stories(6, 8, 1, 1).open("train", NOWHERE)).text(7))
        .isEqualTo(open("train").text(7))
        .isNotEqualTo(((StoryDataset) new Stories(6, 8, 1, 2).open("train", NOWHERE)).text(7));
  }

  @Test
  void whatIsTooSmallIsRefused() {
    assertThatThrownBy(() -> new Stories(1, 1, 1, 1))
        .hasMessage(
            "expected at least 2 sentences and 1 sample, found sentences 1, train 1 and test 1");
  }
}
