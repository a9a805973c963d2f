package dev.merapi.cli.command;

import dev.merapi.cli.job.UsageException;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.explain.Samples;
import dev.merapi.explain.picture.Picture;
import dev.merapi.explain.picture.SamplePictures;
import dev.merapi.nn.GenerativeModel;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Model;
import dev.merapi.nn.ReconstructionModel;
import dev.merapi.train.Inference;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.StandardNormal;
import dev.merapi.train.data.Subset;
import dev.merapi.train.io.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Pictures of what a model of images makes: {@code samples.png} of random numbers, and {@code
 * reconstructions.png} of images of its data.
 *
 * @param backend where they are made
 * @param config of the job, whose model makes them
 * @param weights of a training
 * @param folder which is made if need be
 */
record ImageSamples(
    Backend backend, TrainingConfig config, Map<String, HostTensor> weights, Path folder) {
  private static final int RECONSTRUCTIONS = 12;

  /**
   * Requires a job that makes images, and a Java that draws them.
   *
   * @throws UsageException when one is missing
   */
  static void require(String job, Layer model, Path folder) {
    if (!(model instanceof GenerativeModel || model instanceof ReconstructionModel)) {
      throw new UsageException(
          "job %s makes neither text nor images, expected one of them to sample", job);
    }
    if (!SamplePictures.isImage(((Model) model).inputShape())) {
      throw new UsageException(
          "job %s: expected images of one channel or three to draw, found samples of shape %s",
          job, ((Model) model).inputShape());
    }
    if (folder == null) {
      throw new UsageException("job %s makes images, expected --out for them", job);
    }
    ExplainPictures.problem()
        .ifPresent(
            problem -> {
              throw new UsageException("cannot draw images: %s", problem);
            });
  }

  /**
   * Draws and writes them.
   *
   * @param data what reconstructions are made of
   * @param count how many samples
   * @return the files' names
   */
  List<String> write(Dataset data, int count, long seed) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new OutputException(folder, "cannot be made", e);
    }
    List<String> written = new ArrayList<>();
    Layer model = config.normalizer(null).model();
    if (model instanceof GenerativeModel generative) {
      Model sampler = generative.sampler();
      Dataset noise = StandardNormal.of(sampler.inputShape(), count, seed);
      int columns = (int) Math.ceil(Math.sqrt(count));
      write(
          "samples.png",
          SamplePictures.grid(made(config.normalizer(null), sampler, noise), columns),
          written);
    }
    if (model instanceof ReconstructionModel autoencoder) {
      Samples shown = Samples.random(data, RECONSTRUCTIONS, seed);
      int[] numbers = shown.numbers().stream().mapToInt(Integer::intValue).toArray();
      HostTensor made = made(config, autoencoder.reconstruction(), new Subset(data, numbers));
      Picture picture = SamplePictures.reconstructions(shown.inputs(), made);
      write("reconstructions.png", picture, written);
    }
    return written;
  }

  private HostTensor made(TrainingConfig whole, Model part, Dataset inputs) {
    return new Inference(backend, whole.model(part), weights).of(inputs);
  }

  private void write(String name, Picture picture, List<String> written) {
    picture.write(folder.resolve(name));
    written.add(name);
  }
}
