package dev.merapi.cli.command;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.explain.Pca;
import dev.merapi.explain.Probe;
import dev.merapi.explain.Saliency;
import dev.merapi.explain.Samples;
import dev.merapi.explain.Tsne;
import dev.merapi.explain.picture.Charts;
import dev.merapi.explain.picture.ConfusionPicture;
import dev.merapi.explain.picture.ModelPictures;
import dev.merapi.explain.picture.Picture;
import dev.merapi.explain.picture.Text;
import dev.merapi.train.Evaluation;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.io.MetricsCsv;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The pictures of an explanation: those that mean something for the job's model and data. */
final class ExplainPictures {
  private static final int CONVOLUTIONS = 2;
  private static final int ROWS = 5;
  private static final int COLUMNS = 10;
  private static final int EMBEDDED = 1000;
  private static final String NO_IMAGES = "the data are no images of one channel or three";
  private static final String SEVERAL = "the model has several inputs";
  private static final String NO_CLASSES = "the targets are no classes";

  private final ExplainReport report;
  private final Probe probe;
  private final Dataset data;
  private final Samples samples;

  /**
   * Pictures of a model on some data.
   *
   * @param samples of the data, for what is not made of all
   */
  ExplainPictures(ExplainReport report, Probe probe, Dataset data, Samples samples) {
    this.report = report;
    this.probe = probe;
    this.data = data;
    this.samples = samples;
  }

  /**
   * Draws and writes them.
   *
   * @param evaluation of all the data
   * @param from where the weights come from, near which the training's metrics lie
   */
  void drawAll(Evaluation evaluation, Path from) {
    if (problem().isPresent()) {
      report.leftOut("all pictures", problem().get());
      return;
    }
    images();
    confusion(evaluation);
    learningCurves(from);
    embeddings();
  }

  /** Why this Java cannot make pictures; empty where it can. */
  static Optional<String> problem() {
    System.setProperty("java.awt.headless", "true");
    return ModuleLayer.boot().findModule("java.desktop").isPresent()
        ? Optional.empty()
        : Optional.of("this Java has no module java.desktop");
  }

  private void images() {
    boolean images = ModelPictures.seesImages(probe);
    if (!images) {
      report.leftOut("filters, activation maps, saliency", NO_IMAGES);
      return;
    }
    ModelPictures.filters(probe, data.classNames())
        .ifPresentOrElse(
            image -> write("filters.png", image),
            () -> report.leftOut("filters.png", "the first weights see no images"));
    if (probe.inputTypes().size() > 1) {
      report.leftOut("activation maps, saliency", SEVERAL);
      return;
    }
    List<String> convolutions = ModelPictures.convolutions(probe);
    if (convolutions.isEmpty()) {
      report.leftOut("activation maps", "the model has no convolutions");
    }
    for (String layer : convolutions.stream().limit(CONVOLUTIONS).toList()) {
      String name = "activations-" + layer.replace('#', '-') + ".png";
      write(name, ModelPictures.activations(probe, layer, different(ROWS)));
    }
    if (!scoresClasses()) {
      report.leftOut("saliency.png", "the model gives no scores of classes");
      return;
    }
    Samples shown = different(COLUMNS);
    Saliency saliency = Saliency.of(probe, shown.inputs());
    write("saliency.png", ModelPictures.saliency(shown, saliency, data.classNames()));
  }

  private boolean scoresClasses() {
    return data.classes() > 0 && probe.scoresClasses() && probe.outputType().shape().rank() == 1;
  }

  /** Some of the samples, of different classes as far as there are. */
  private Samples different(int count) {
    int[] labels = samples.labels();
    List<Integer> chosen = new ArrayList<>();
    for (int label = 0; label < Math.max(1, data.classes()); label++) {
      for (int i = 0; i < labels.length; i++) {
        if (labels[i] == label && chosen.size() < count) {
          chosen.add(samples.numbers().get(i));
          break;
        }
      }
    }
    for (int i = 0; i < labels.length && chosen.size() < count; i++) {
      if (!chosen.contains(samples.numbers().get(i))) {
        chosen.add(samples.numbers().get(i));
      }
    }
    return Samples.of(data, chosen);
  }

  private void confusion(Evaluation evaluation) {
    HostTensor counts = evaluation.metrics().get("confusion_matrix");
    if (counts == null || !scoresClasses()) {
      report.leftOut("confusion-matrix.png", "the model gives no scores of classes");
      return;
    }
    write("confusion-matrix.png", ConfusionPicture.of(counts, data.classNames()));
  }

  private void learningCurves(Path from) {
    Path folder = from.toAbsolutePath().normalize();
    // from is a run, or a file of weights in it, or a checkpoint two levels below
    for (int level = 0; level < 3 && folder != null; level++, folder = folder.getParent()) {
      Path metrics = folder.resolve("metrics.csv");
      if (Files.isRegularFile(metrics)) {
        chart("learning-curves.png", () -> Charts.learningCurves(MetricsCsv.read(metrics)));
        return;
      }
    }
    report.leftOut("learning-curves.png", "no metrics.csv near " + from);
  }

  private void embeddings() {
    if (probe.inputTypes().size() > 1) {
      report.leftOut("pca.png, tsne.png", SEVERAL);
      return;
    }
    if (data.classes() == 0) {
      report.leftOut("pca.png, tsne.png", NO_CLASSES);
      return;
    }
    int count = Math.min(EMBEDDED, samples.size());
    Samples some = Samples.of(data, samples.numbers().subList(0, count));
    HostTensor found = probe.embeddings(true, some.inputs());
    int features = found.shape().dim(1);
    if (found.dtype() == DType.I32 || features < 2 || count < 5) {
      report.leftOut("pca.png, tsne.png", "they need 5 samples with 2 features each");
      return;
    }
    double[][] points = new double[count][features];
    for (int i = 0; i < found.elements(); i++) {
      points[i / features][i % features] = found.get(i);
    }
    Pca pca = Pca.of(points, 2);
    String x = "first component, %.0f %% of the variance".formatted(100 * pca.explained(0));
    String y = "second component, %.0f %%".formatted(100 * pca.explained(1));
    scatter("pca.png", "PCA", x, y, pca.transform(points), some);
    Tsne tsne = new Tsne().perplexity(Math.min(30, (count - 1) / 3.0));
    scatter("tsne.png", "t-SNE", "", "", tsne.fit(points).points(), some);
  }

  private void scatter(
      String file, String method, String x, String y, double[][] points, Samples some) {
    String title = "%s of the last hidden layer, %d samples".formatted(method, some.size());
    chart(file, () -> Charts.scatter(title, x, y, points, some.labels(), data.classNames()));
  }

  private void chart(String name, Supplier<Picture> chart) {
    Text.problem()
        .ifPresentOrElse(problem -> report.leftOut(name, problem), () -> write(name, chart.get()));
  }

  private void write(String name, Picture picture) {
    picture.write(report.picture(name));
    report.wrote(name);
  }
}
