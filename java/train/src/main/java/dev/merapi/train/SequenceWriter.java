package dev.merapi.train;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.decode.BeamSearch;
import dev.merapi.train.decode.Hypothesis;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes sequences with a trained {@link dev.merapi.nn.SequenceModel}: translations of sentences,
 * captions of images. One thread at a time.
 */
public final class SequenceWriter implements AutoCloseable {
  private final SequencePrograms programs;
  private final BeamSearch search;
  private final BeamSearch.Tokens tokens;
  private final int batch;

  /**
   * How it writes.
   *
   * @param search for the best sequence
   * @param tokens that begin and end a sequence, and how long it may become
   * @param batch how many samples are read at once, at least 1
   */
  public record Options(BeamSearch search, BeamSearch.Tokens tokens, int batch) {
    public Options {
      if (batch < 1) {
        throw new IllegalArgumentException("batch must be at least 1, found " + batch);
      }
    }
  }

  /**
   * Compiles the model.
   *
   * @param sources the types of one sample's sources: its inputs without the last
   * @param weights as {@link Trainer#weights} gives them
   * @throws GraphException when the model writes no sequences
   * @throws IllegalArgumentException when the weights are not those of the model
   */
  public SequenceWriter(
      Backend backend,
      TrainingConfig config,
      List<TensorType> sources,
      Options options,
      Map<String, HostTensor> weights) {
    search = options.search();
    tokens = options.tokens();
    batch = options.batch();
    programs = new SequencePrograms(backend, config, sources, batch, search.width(), weights);
  }

  /**
   * Writes about some samples.
   *
   * @param samples the sources of each
   * @return for each sample the sequences that were found, the best first
   */
  public List<List<Hypothesis>> write(List<List<HostTensor>> samples) {
    List<List<Hypothesis>> found = new ArrayList<>();
    for (int start = 0; start < samples.size(); start += batch) {
      int end = Math.min(samples.size(), start + batch);
      found.addAll(batch(samples.subList(start, end)));
    }
    return found;
  }

  private List<List<Hypothesis>> batch(List<List<HostTensor>> samples) {
    for (int i = 0; i < programs.sources().size(); i++) {
      ByteBuffer target = programs.sources().get(i).bytes();
      for (int row = 0; row < batch; row++) { // rows that nobody asked for repeat the last sample
        HostTensor source = samples.get(Math.min(row, samples.size() - 1)).get(i);
        target.put(source.bytes());
      }
    }
    programs.encode();
    return search.search(programs, samples.size(), tokens);
  }

  @Override
  public void close() {
    programs.close();
  }
}
