package dev.merapi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.train.io.Safetensors;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The built-in jobs that make images, small and on made-up digits. */
class GenerativeTest {
  private static final String DIGITS = "{synthetic-digits: {train: 64, test: 20}}";

  @TempDir private Path folder;

  private Cli.Result run(String command, String job, String... more) {
    List<String> all = new ArrayList<>(List.of(command, job, "--device", "reference"));
    String dataset = job.equals("gan") ? DIGITS : "{reconstruction: {dataset: " + DIGITS + "}}";
    for (String part : List.of("train", "test")) {
      all.addAll(List.of("--set", "data." + part + ".dataset=" + dataset));
    }
    all.addAll(List.of("--set", "data.batch=32"));
    all.addAll(List.of(more));
    return Cli.in(folder).run(all.toArray(String[]::new));
  }

  private Map<String, HostTensor> weights(String run) {
    return Safetensors.read(folder.resolve(run).resolve("weights.safetensors")).tensors();
  }

  @ParameterizedTest
  @CsvSource({
    "gan, gan.latent=8, 'test_discriminator test_generator', samples.png",
    "vae, vae.latent=4, 'test_reconstruction test_divergence', samples.png reconstructions.png",
    "rbm, rbm.samplingSteps=5, test_mean_squared_error, samples.png reconstructions.png",
    "autoencoder, '', test_mean_squared_error, reconstructions.png"
  })
  void learnsAndDraws(String job, String option, String figures, String pictures)
      throws IOException {
    String[] small = option.isEmpty() ? new String[] {} : new String[] {"--set", "model." + option};
    List<String> training = new ArrayList<>(List.of(small));
    training.addAll(List.of("--epochs", "1", "--out", "run", "--json"));
    Cli.Result trained = run("train", job, training.toArray(String[]::new));
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.json().fieldNames()).toIterable().contains(figures.split(" "));

    List<String> sampling = new ArrayList<>(List.of(small));
    sampling.addAll(List.of("--from", "run", "--out", "made", "--samples", "6", "--json"));
    Cli.Result drawn = run("sample", job, sampling.toArray(String[]::new));
    assertThat(drawn.code()).as(drawn.err()).isZero();
    List<String> names = new ArrayList<>();
    drawn.json().get("pictures").forEach(name -> names.add(name.asText()));
    assertThat(names).containsExactly(pictures.split(" "));
    BufferedImage image = ImageIO.read(folder.resolve("made").resolve(names.get(0)).toFile());
    assertThat(image.getWidth()).isGreaterThan(3 * 56);
  }

  /** A second pair of layers grows inside the first, which stays; then all are trained. */
  @Test
  void anAutoencoderIsTrainedLayerByLayer() throws IOException {
    String first =
        "model.autoencoder={encoder: [flatten, {dense: {units: 20}, name: e1}, tanh],"
            + " decoder: [{dense: {units: 784}, name: d1}, sigmoid]}";
    String second =
        "model.autoencoder={encoder: [flatten, {dense: {units: 20}, name: e1}, tanh,"
            + " {dense: {units: 8}, name: e2}], decoder: [{dense: {units: 20}, name: d2}, tanh,"
            + " {dense: {units: 784}, name: d1}, sigmoid]}";
    train("--set", first, "--out", "one");
    JsonNode two =
        train(
            "--set",
            second,
            "--out",
            "two",
            "--set",
            "freeze=[encoder.e1, decoder.d1]",
            "--set",
            "init={from: one, strict: false}");
    JsonNode all = train("--set", second, "--out", "all", "--init", "two");
    for (String kept : List.of("encoder.e1.weight", "decoder.d1.bias")) {
      assertThat(weights("two").get(kept)).isEqualTo(weights("one").get(kept));
      assertThat(weights("all").get(kept)).isNotEqualTo(weights("one").get(kept));
    }
    assertThat(weights("all")).hasSize(8);
    assertThat(all.get("test_loss").asDouble()).isLessThan(two.get("test_loss").asDouble());
  }

  private JsonNode train(String... more) throws IOException {
    List<String> all = new ArrayList<>(List.of("--epochs", "3", "--json"));
    all.addAll(List.of(more));
    Cli.Result trained = run("train", "autoencoder", all.toArray(String[]::new));
    assertThat(trained.code()).as(trained.err()).isZero();
    return trained.json();
  }

  /** By the class of the nearest code, though the training looks at no class. */
  @Test
  void codesAreComparedByTheirClasses() throws IOException {
    train("--out", "run");
    Cli.Result found = run("eval", "autoencoder", "--from", "run", "--json");
    assertThat(found.code()).as(found.err()).isZero();
    double accuracy = found.json().get("test_nearest_neighbor_accuracy").asDouble();
    assertThat(accuracy).isBetween(0.3, 1.0);
  }

  @Test
  void whatMakesNoImagesIsRefused() {
    Cli cli = Cli.in(folder);
    assertThat(cli.run("train", "xor", "--epochs", "1", "--out", "xor").code()).isZero();
    Cli.Result text = cli.run("sample", "xor", "--from", "xor", "--out", "made");
    assertThat(text.code()).isEqualTo(2);
    assertThat(text.err()).contains("job xor makes neither text nor images");
    assertThat(run("train", "gan", "--epochs", "1", "--out", "gan").code()).isZero();
    Cli.Result nowhere = run("sample", "gan", "--from", "gan");
    assertThat(nowhere.code()).isEqualTo(2);
    assertThat(nowhere.err()).contains("job gan makes images, expected --out for them");
    Cli.Result none = run("sample", "gan", "--from", "gan", "--out", "made", "--samples", "0");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("--samples must be at least 1, found 0");
    Cli.Result other = run("sample", "gan", "--from", "xor", "--out", "made");
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err()).contains("does not fit the job");
    String both = "loss=hinge";
    Cli.Result twice = run("train", "gan", "--epochs", "1", "--out", "no", "--set", both);
    assertThat(twice.code()).isEqualTo(2);
    assertThat(twice.err()).contains("loss must not stand beside phases");
  }
}
