package dev.merapi.train.data;

import dev.merapi.nn.Default;

/**
 * Made-up stories, a question about each, and the word that answers it, which one sentence of the
 * story knows: the last one in which somebody went somewhere or took something.
 *
 * <pre>
 * mary went to the kitchen. john took the milk. mary moved to the garden. where is mary? garden
 * </pre>
 *
 * <p>Inputs: the story I32 [sentences, 5], a row of words for each sentence, the newest first, and
 * rows of zeros behind the oldest; and the question I32 [5]. Zeros fill sentences that are shorter.
 * The target is the answer's number; the classes are all words. No story with its question is in
 * both splits. Source: task 1, "single supporting fact", of Weston et al., "Towards AI-Complete
 * Question Answering", 2015; the newest sentence comes first as in Sukhbaatar et al., "End-To-End
 * Memory Networks", NIPS 2015.
 *
 * @param sentences the most in a story, which has at least 2
 * @param train samples of the split {@code train}
 * @param test samples of the split {@code test}
 * @param seed what the samples are drawn from
 */
public record Stories(
    @Default("10") int sentences,
    @Default("4000") int train,
    @Default("1000") int test,
    @Default("1") long seed)
    implements DatasetSource {
  public Stories {
    if (sentences < 2 || train < 1 || test < 1) {
      throw new IllegalArgumentException(
          "expected at least 2 sentences and 1 sample, found sentences %d, train %d and test %d"
              .formatted(sentences, train, test));
    }
  }

  /** 4,000 training and 1,000 test samples of up to 10 sentences. */
  public Stories() {
    this(10, 4000, 1000, 1);
  }

  @Override
  public String name() {
    return "stories";
  }

  @Override
  public Dataset open(String split, DataDirectories where) {
    requireSplit(split);
    boolean held = split.equals("test");
    return new StoryDataset("stories " + split, held ? test : train, sentences, held, seed);
  }
}
