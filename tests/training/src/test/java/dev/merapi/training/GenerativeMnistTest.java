package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.cli.job.Jobs;
import dev.merapi.cli.job.Kinds;
import dev.merapi.cli.job.LoadedJob;
import dev.merapi.cli.job.OpenData;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.explain.Pca;
import dev.merapi.explain.picture.SamplePictures;
import dev.merapi.nn.GenerativeModel;
import dev.merapi.nn.Model;
import dev.merapi.nn.ReconstructionModel;
import dev.merapi.train.Evaluation;
import dev.merapi.train.Inference;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.DataDirectories;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.Inputs;
import dev.merapi.train.data.StandardNormal;
import dev.merapi.train.data.Subset;
import dev.merapi.train.data.TensorDataset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the generative jobs learn of MNIST; pictures are left in {@code target/generative}. */
@Tag("slow")
class GenerativeMnistTest {
  private static final Path PICTURES =
      Path.of(System.getProperty("basedir", "."), "target", "generative");

  private final long start = System.nanoTime();
  private Backend backend;

  /** A job that was trained on the cpu, and evaluated on its test data. */
  private record Trained(
      TrainingConfig config, OpenData data, Evaluation test, Map<String, HostTensor> weights) {
    HostTensor made(Backend backend, Model part, Dataset samples) {
      return new Inference(backend, config.model(part), weights).of(samples);
    }

    double figure(String name) {
      return test.metric(name).orElseThrow();
    }
  }

  @BeforeEach
  void open() throws Exception {
    assumeTrue(Backends.availability().get("cpu").usable());
    assumeTrue(System.getenv("MERAPI_DATA") != null, "needs MNIST in MERAPI_DATA");
    Files.createDirectories(PICTURES);
    backend = Backends.open("cpu");
  }

  @AfterEach
  void close() {
    if (backend != null) {
      backend.close();
    }
  }

  private static LoadedJob job(String name, String... settings) {
    return new Jobs(Kinds.registry(), Path.of("")).load(name, List.of(settings));
  }

  private Trained train(LoadedJob job, OpenData data) {
    TrainingConfig config = job.config(data.train());
    try (Trainer trainer = new Trainer(backend, config, data.train())) {
      trainer.fit(data.train(), null);
      return new Trained(config, data, trainer.evaluate(data.test()), trainer.weights());
    }
  }

  private Trained train(String name, String... settings) {
    LoadedJob job = job(name, settings);
    return train(job, job.open(DataDirectories.usual(null, System.getenv())));
  }

  /** Images of noise, which are also drawn. */
  private HostTensor samples(Trained trained, String name, int count) {
    Model sampler = ((GenerativeModel) trained.config().model()).sampler();
    HostTensor made =
        trained.made(backend, sampler, StandardNormal.of(sampler.inputShape(), count, 1));
    HostTensor shown = HostTensor.zeros(made.type().withShape(Shape.of(100, 1, 28, 28)));
    shown.bytes().put(made.bytes().limit((int) shown.type().bytes()));
    SamplePictures.grid(shown, 10).write(PICTURES.resolve(name + "-samples.png"));
    return made;
  }

  private void reconstruct(Trained trained, String name) {
    Dataset some = new Subset(trained.data().test(), IntStream.range(0, 12).toArray());
    HostTensor inputs = HostTensor.zeros(some.inputType().withShape(Shape.of(12, 1, 28, 28)));
    var rows = inputs.bytes();
    Inputs.forEach(some, image -> rows.put(image.bytes()));
    Model part = ((ReconstructionModel) trained.config().model()).reconstruction();
    SamplePictures.reconstructions(inputs, trained.made(backend, part, some))
        .write(PICTURES.resolve(name + "-reconstructions.png"));
  }

  private static String text(String format, Object... numbers) {
    return String.format(Locale.ROOT, format, numbers);
  }

  @Test
  void denoisingAutoencoder() throws Exception {
    Trained trained = train("autoencoder");
    reconstruct(trained, "autoencoder");
    double error = trained.figure("mean_squared_error");
    Results.keep("autoencoder", text("mean squared error %.4f of test images", error), start);
    assertThat(error).isLessThan(0.012);
  }

  @Test
  void variationalAutoencoder() throws Exception {
    Trained trained = train("vae");
    samples(trained, "vae", 100);
    reconstruct(trained, "vae");
    String found =
        text(
            "bound %.2f nats of test images: reconstruction %.2f, divergence %.2f",
            trained.test().loss(), trained.figure("reconstruction"), trained.figure("divergence"));
    Results.keep("vae", found, start);
    assertThat(trained.test().loss()).as(found).isLessThan(110);
  }

  @Test
  void restrictedBoltzmannMachine() throws Exception {
    Trained trained = train("rbm");
    samples(trained, "rbm", 100);
    reconstruct(trained, "rbm");
    double error = trained.figure("mean_squared_error");
    Results.keep("rbm", text("mean squared error %.4f of test reconstructions", error), start);
    assertThat(error).isLessThan(0.02);
  }

  /** A classifier that never saw them finds digits of all classes among the samples. */
  @Test
  void generativeAdversarialNetwork() throws Exception {
    Trained trained = train("gan");
    HostTensor made = samples(trained, "gan", 1000);
    Trained judge = train("mlp-mnist", "epochs=2");
    HostTensor labels = HostTensor.of(Shape.of(1000), new int[1000]);
    Dataset images = new TensorDataset("samples", made, labels, 10);
    HostTensor logits = new Inference(backend, judge.config(), judge.weights()).of(images);
    int[] counts = new int[10];
    double confidence = 0;
    for (int i = 0; i < 1000; i++) {
      double[] scores = new double[10];
      for (int c = 0; c < 10; c++) {
        scores[c] = logits.get(i * 10 + c);
      }
      int best = IntStream.range(0, 10).reduce(0, (a, b) -> scores[b] > scores[a] ? b : a);
      double sum = 0;
      for (double score : scores) {
        sum += Math.exp(score - scores[best]);
      }
      counts[best]++;
      confidence += 1 / sum / 1000;
    }
    int fewest = IntStream.of(counts).min().orElseThrow();
    String found =
        text(
            "a classifier is %.3f sure of 1,000 samples, and finds at least %d of each digit",
            confidence, fewest);
    Results.keep("gan", found, start);
    assertThat(confidence).as(found).isGreaterThan(0.8);
    assertThat(fewest).as(found).isGreaterThan(20);
  }

  /** The sine of the largest angle is at most the norm of what lies outside. */
  @Test
  void linearAutoencoderBesideTheSvd() throws Exception {
    int size = 5000;
    int code = 6;
    LoadedJob job =
        job(
            "autoencoder",
            "model.autoencoder={encoder: [flatten, {dense: {units: 6}}],"
                + " decoder: {dense: {units: 784}}}",
            "optimizer.adam.learningRate=0.005",
            "data.batch=100",
            "epochs=200");
    OpenData all = job.open(DataDirectories.usual(null, System.getenv()));
    Dataset few = new Subset(all.train(), IntStream.range(0, size).toArray());
    Trained trained = train(job, new OpenData(few, null, few));
    List<double[]> points = new ArrayList<>();
    Inputs.forEach(
        few,
        image -> {
          double[] point = image.toDoubleArray();
          for (int i = 0; i < point.length; i++) {
            point[i] /= 255;
          }
          points.add(point);
        });
    Pca pca = Pca.of(points.toArray(double[][]::new), code);
    double outside = outside(trained.weights().get("decoder.weight"), pca.components());
    String found =
        text(
            "the subspace of %d codes of %,d images is %.1e from that of the singular vectors",
            code, size, outside);
    Results.keep("linear autoencoder", found, start);
    assertThat(outside).as(found).isLessThan(1e-2);
  }

  /** The norm of an orthonormal basis of a matrix's columns [rows, k] outside a subspace. */
  private static double outside(HostTensor matrix, double[][] subspace) {
    int k = matrix.shape().dim(1);
    List<double[]> basis = new ArrayList<>();
    double sum = 0;
    for (int j = 0; j < k; j++) {
      double[] column = new double[matrix.shape().dim(0)];
      for (int i = 0; i < column.length; i++) {
        column[i] = matrix.get(i * k + j);
      }
      for (int twice = 0; twice < 2; twice++) {
        basis.forEach(before -> subtract(column, before));
      }
      double norm = Math.sqrt(dot(column, column));
      for (int i = 0; i < column.length; i++) {
        column[i] /= norm;
      }
      basis.add(column.clone());
      for (double[] component : subspace) {
        subtract(column, component);
      }
      sum += dot(column, column);
    }
    return Math.sqrt(sum);
  }

  private static void subtract(double[] vector, double[] unit) {
    double part = dot(vector, unit);
    for (int i = 0; i < vector.length; i++) {
      vector[i] -= part * unit[i];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
