package dev.merapi.train.checkpoint;

import dev.merapi.core.op.state.Control;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.Ema;
import dev.merapi.train.Position;
import dev.merapi.train.Trainer;
import dev.merapi.train.data.DataException;
import dev.merapi.train.data.Vocabulary;
import dev.merapi.train.io.Safetensors;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** A checkpoint that was read and found whole. */
public final class Checkpoint {
  static final String MANIFEST = "checkpoint.json";
  static final String SUMS = "SHA256SUMS";
  static final String WEIGHTS = "weights";
  static final String STATE = "state";
  private static final long MAX_TEXT_BYTES = 16 << 20;

  private final Path folder;
  private final Manifest manifest;
  private final Map<String, HostTensor> weights;
  private final Map<String, String> metadata;
  private final Map<String, HostTensor> state;

  private Checkpoint(Path folder, Manifest manifest) {
    this.folder = folder;
    this.manifest = manifest;
    Safetensors model = file(WEIGHTS);
    this.weights = model.tensors();
    this.metadata = model.metadata();
    this.state = file(STATE).tensors();
    HostTensor steps = state.get(Control.STEP.path());
    if (steps == null || !steps.type().equals(Control.STEP.type()) || steps.item() != step()) {
      throw new DataException(
          folder.resolve(manifest.entries().get(STATE))
              + ": expected the state after step "
              + step());
    }
  }

  private Safetensors file(String entry) {
    String file = manifest.entries().get(entry);
    if (file == null) {
      throw new DataException(folder.resolve(MANIFEST) + ": expected an entry " + entry);
    }
    return Safetensors.read(folder.resolve(file));
  }

  /**
   * Reads a checkpoint.
   *
   * @throws DataException when anything in it is missing, damaged or of another format version
   */
  public static Checkpoint read(Path folder) {
    try {
      Map<String, String> sums = Checksums.parse(text(folder.resolve(SUMS)));
      verify(folder, sums);
      Manifest manifest = manifest(folder);
      for (String file : manifest.entries().values()) {
        if (!sums.containsKey(file)) {
          throw new DataException(folder + ": expected a sum of " + file + " in " + SUMS);
        }
      }
      return new Checkpoint(folder, manifest);
    } catch (IllegalArgumentException e) {
      throw new DataException(folder.resolve(SUMS) + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new DataException(folder + ": cannot be read (" + e + ")", e);
    }
  }

  /** A small file; a huge one is none of ours, and is not read. */
  private static String text(Path file) throws IOException {
    if (Files.size(file) > MAX_TEXT_BYTES) {
      throw new DataException(
          "%s: expected at most %d bytes, found %d"
              .formatted(file, MAX_TEXT_BYTES, Files.size(file)));
    }
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new DataException(file + ": is no UTF-8 text", e);
    }
  }

  private static void verify(Path folder, Map<String, String> sums) throws IOException {
    if (!sums.containsKey(MANIFEST)) {
      throw new DataException(folder + ": expected a sum of " + MANIFEST + " in " + SUMS);
    }
    for (Map.Entry<String, String> sum : sums.entrySet()) {
      Path file = folder.resolve(sum.getKey());
      if (!Files.isRegularFile(file)) {
        throw new DataException(file + ": expected a file, found none");
      }
      if (!Checksums.of(file).equals(sum.getValue())) {
        throw new DataException(file + ": is damaged, its sum is not that in " + SUMS);
      }
    }
  }

  private static Manifest manifest(Path folder) throws IOException {
    Path file = folder.resolve(MANIFEST);
    Manifest manifest;
    try {
      manifest = Manifest.parse(text(file));
    } catch (IllegalArgumentException e) {
      throw new DataException(file + ": " + e.getMessage(), e);
    }
    String name = folder.getFileName().toString();
    if (!name.equals(Checkpoints.name(manifest.step()))) {
      throw new DataException(
          "%s: expected the checkpoint of the folder's step, found that of step %d"
              .formatted(file, manifest.step()));
    }
    return manifest;
  }

  public Path folder() {
    return folder;
  }

  /** Optimizer steps taken. */
  public long step() {
    return manifest.step();
  }

  /** What had been taken of the data. */
  public Position position() {
    return new Position(manifest.epoch(), manifest.batches());
  }

  /** The best evaluation so far, or null. */
  public Best best() {
    return manifest.best();
  }

  /** Parameters, or their averages if the training makes some, and buffers, by name. */
  public Map<String, HostTensor> weights() {
    Map<String, HostTensor> evaluated = new LinkedHashMap<>();
    weights.forEach(
        (name, value) -> evaluated.put(name, state.getOrDefault(Ema.path(name), value)));
    return evaluated;
  }

  /** What an evaluation takes from here: {@link #weights} and the metadata beside them. */
  Safetensors evaluated() {
    return new Safetensors(weights(), metadata);
  }

  /**
   * Requires that the numbers of tokens mean what they meant.
   *
   * @param vocabularies of the data that the training is to go on with
   * @throws CheckpointMismatchException when others were saved
   */
  public void requireVocabularies(Map<String, Vocabulary> vocabularies) {
    Map<String, String> now = SavedVocabularies.metadata(vocabularies);
    List<String> others =
        now.entrySet().stream()
            .filter(entry -> !entry.getValue().equals(metadata.get(entry.getKey())))
            .map(entry -> "+ " + entry.getKey() + ": other tokens than those of the checkpoint")
            .toList();
    if (!others.isEmpty() && metadata.keySet().containsAll(now.keySet())) {
      throw new CheckpointMismatchException(folder, others);
    }
  }

  /**
   * Lets a trainer go on from here.
   *
   * @param settings of the trainer's training
   * @throws CheckpointMismatchException when it is the checkpoint of another training
   * @throws DataException when it stands where no such training can stand
   */
  public void restore(Trainer trainer, Map<String, String> settings) {
    Map<String, TensorType> model = trainer.stateTypes();
    Map<String, TensorType> others = trainer.stateTypes();
    model.keySet().retainAll(trainer.weightNames());
    others.keySet().removeAll(trainer.weightNames());
    List<String> differences = differences(manifest.settings(), settings);
    differences.addAll(differences(types(weights), texts(model)));
    differences.addAll(differences(types(state), texts(others)));
    if (!differences.isEmpty()) {
      throw new CheckpointMismatchException(folder, differences);
    }
    Map<String, HostTensor> all = new LinkedHashMap<>(weights);
    all.putAll(state);
    try {
      trainer.restore(all, position());
    } catch (IllegalArgumentException e) {
      throw new DataException(folder.resolve(MANIFEST) + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, String> types(Map<String, HostTensor> tensors) {
    Map<String, String> types = new LinkedHashMap<>();
    tensors.forEach((name, value) -> types.put(name, value.type().toString()));
    return types;
  }

  private static Map<String, String> texts(Map<String, TensorType> types) {
    Map<String, String> texts = new LinkedHashMap<>();
    types.forEach((name, type) -> texts.put(name, type.toString()));
    return texts;
  }

  /** How the surroundings differ, on which equal bits depend; a line each. */
  public List<String> environmentDifferences(Map<String, String> environment) {
    return differences(manifest.environment(), environment);
  }

  private static List<String> differences(Map<String, String> saved, Map<String, String> wanted) {
    Map<String, String> left = new TreeMap<>(saved);
    TreeSet<String> keys = new TreeSet<>(saved.keySet());
    keys.addAll(wanted.keySet());
    List<String> lines = new ArrayList<>();
    for (String key : keys) {
      String before = left.get(key);
      String now = wanted.get(key);
      if (before != null && !before.equals(now)) {
        lines.add("- " + key + ": " + before);
      }
      if (now != null && !now.equals(before)) {
        lines.add("+ " + key + ": " + now);
      }
    }
    return lines;
  }
}
