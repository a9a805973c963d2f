package dev.merapi.train.tensorboard;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.Callback;
import dev.merapi.train.EpochResult;
import dev.merapi.train.Evaluation;
import dev.merapi.train.StepResult;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.io.OutputException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a training down for TensorBoard: {@code tensorboard --logdir FOLDER}.
 *
 * <p>Scalars: the loss, gradient norm, learning rate and speed of every so many steps, and at the
 * end of an epoch its loss and the validation's figures. Histograms of all weights at the beginning
 * and after each epoch. Images: the first inputs, where they are images, and the filters of a first
 * convolution after each epoch. The model's forward pass as a graph.
 */
public final class TensorBoard implements Callback, AutoCloseable {
  private static final int IMAGES = 16;
  private static final int FILTERS = 64;

  // fields of Summary.Value
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;
  private static final int IMAGE = 4;
  private static final int HISTOGRAM = 5;

  private final EventFile events;
  private final Trainer trainer;

  private TensorBoard(EventFile events, Trainer trainer) {
    this.events = events;
    this.trainer = trainer;
  }

  /**
   * Begins: the graph, the first inputs and the weights as they are.
   *
   * @param folder for the event files; those that are there are removed
   * @param trainer that will train the model of the configuration on the data
   * @throws OutputException when it cannot be written
   */
  public static TensorBoard create(
      Path folder, Trainer trainer, TrainingConfig config, Dataset train) {
    TensorBoard board = new TensorBoard(EventFile.create(folder), trainer);
    board.events.graph(ModelGraph.of(config, train.inputTypes()));
    Message summary = new Message();
    inputs(train, summary);
    board.weights(summary);
    board.write(0, summary);
    return board;
  }

  /**
   * Goes on with what is in a folder, without what it has of later steps than the given one.
   *
   * @throws OutputException when it cannot be written
   */
  public static TensorBoard resume(Path folder, Trainer trainer, long step) {
    return new TensorBoard(EventFile.resume(folder, step), trainer);
  }

  @Override
  public void onProgress(StepResult result) {
    Message summary = new Message();
    scalar(summary, "train/loss", result.loss());
    scalar(summary, "train/gradient_norm", result.gradientNorm());
    scalar(summary, "train/learning_rate", result.learningRate());
    scalar(summary, "train/samples_per_s", result.samplesPerSecond());
    write(result.steps(), summary);
  }

  @Override
  public void onEpochEnd(EpochResult result) {
    Message summary = new Message();
    scalar(summary, "epoch/loss", result.trainLoss());
    scalar(summary, "epoch/gradient_norm", result.gradientNorm());
    scalar(summary, "epoch/learning_rate", result.learningRate());
    scalar(summary, "epoch/samples_per_s", result.samplesPerSecond());
    result.validation().ifPresent(validation -> validation(summary, validation));
    weights(summary);
    write(result.steps(), summary);
  }

  private static void validation(Message summary, Evaluation validation) {
    scalar(summary, "validation/loss", validation.loss());
    for (String key : validation.metrics().keySet()) {
      validation.metric(key).ifPresent(value -> scalar(summary, "validation/" + key, value));
    }
  }

  private void weights(Message summary) {
    boolean first = true;
    for (String name : trainer.weightNames()) {
      HostTensor value = trainer.weight(name); // one at a time: all of them may be much memory
      add(summary, tag(name), HISTOGRAM, Histogram.of(value).message());
      if (first && value.shape().rank() == 4) {
        filters(summary, name, value);
        first = false;
      }
    }
  }

  private static void filters(Message summary, String name, HostTensor filters) {
    Shape one = filters.shape().slice(1, 4);
    if (Picture.isImage(one.rank(), one.dim(0))) {
      List<HostTensor> images = new ArrayList<>();
      int size = Math.toIntExact(one.elements());
      for (int i = 0; i < Math.min(filters.shape().dim(0), FILTERS); i++) {
        HostTensor image = HostTensor.zeros(new TensorType(filters.dtype(), one));
        for (int j = 0; j < size; j++) {
          image.set(j, filters.get(i * size + j));
        }
        images.add(image);
      }
      String layer = name.substring(0, name.lastIndexOf('.') + 1);
      add(summary, tag(layer + "filters"), IMAGE, Picture.of(images).message());
    }
  }

  /** The first samples; of several inputs the first. */
  private static void inputs(Dataset data, Message summary) {
    TensorType type = data.inputType();
    if (Picture.isImage(type.shape().rank(), type.shape().rank() == 0 ? 0 : type.shape().dim(0))) {
      List<HostTensor> images = new ArrayList<>();
      List<ByteBuffer> inputs = room(data.inputTypes());
      List<ByteBuffer> targets = room(data.targetTypes());
      for (int i = 0; i < Math.min(data.size(), IMAGES); i++) {
        inputs.forEach(ByteBuffer::clear);
        targets.forEach(ByteBuffer::clear);
        data.copy(i, inputs, targets);
        HostTensor image = HostTensor.zeros(type);
        image.bytes().put(inputs.get(0).flip());
        images.add(image);
      }
      add(summary, "inputs", IMAGE, Picture.of(images).message());
    }
  }

  private static List<ByteBuffer> room(List<TensorType> types) {
    return types.stream().map(type -> HostTensor.zeros(type).bytes()).toList();
  }

  /** TensorBoard groups by what is before the slash: {@code conv1/weight}. */
  private static String tag(String weight) {
    return weight.replace('.', '/');
  }

  private static void scalar(Message summary, String tag, double value) {
    summary.message(1, new Message().text(TAG, tag).single(SIMPLE_VALUE, value));
  }

  private static void add(Message summary, String tag, int kind, Message value) {
    summary.message(1, new Message().text(TAG, tag).message(kind, value));
  }

  private void write(long step, Message summary) {
    events.summary(step, summary);
    events.flush();
  }

  @Override
  public void close() {
    events.close();
  }
}
