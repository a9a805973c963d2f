package dev.merapi.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.cli.job.UsageException;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.train.EpochResult;
import dev.merapi.train.Evaluation;
import dev.merapi.train.StepResult;
import dev.merapi.train.io.OutputException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The text is parsed by its definition: a line {@code name{labels} value} per sample. */
class PrometheusEndpointTest {
  private static Map<String, Double> fetch(PrometheusEndpoint endpoint)
      throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(endpoint.url())).build();
    var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/plain");
    Map<String, Double> samples = new HashMap<>();
    for (String line : response.body().lines().toList()) {
      if (!line.startsWith("#")) {
        int space = line.lastIndexOf(' ');
        samples.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
      }
    }
    return samples;
  }

  @Test
  void tellsHowATrainingStands() throws IOException, InterruptedException {
    try (PrometheusEndpoint endpoint = PrometheusEndpoint.open("0")) {
      assertThat(endpoint.url()).startsWith("http://127.0.0.1:").endsWith("/metrics");
      endpoint.describe("digits", "cpu", 2, () -> 0.75);
      endpoint.onEpochStart(2, 5, 100);
      endpoint.onStep(151);
      endpoint.onProgress(new StepResult(2, 150, 0.5, 0.625, 1.25, 0.01, 2000));
      assertThat(fetch(endpoint))
          .containsEntry("merapi_epoch", 2.0)
          .containsEntry("merapi_epochs", 5.0)
          .containsEntry("merapi_step", 151.0)
          .containsEntry("merapi_train_loss", 0.5)
          .containsEntry("merapi_gradient_norm", 1.25)
          .containsEntry("merapi_learning_rate", 0.01)
          .containsEntry("merapi_samples_per_second", 2000.0)
          .containsEntry("merapi_device_memory_bytes", 2.0 * 1024 * 1024)
          .containsEntry("merapi_checkpoint_wait_seconds_total", 0.75)
          .containsEntry("merapi_training_info{device=\"cpu\",name=\"digits\"}", 1.0)
          .hasEntrySatisfying("merapi_resident_memory_bytes", v -> assertThat(v).isPositive());
      HostTensor accuracy = HostTensor.of(Shape.of(), 0.875);
      Evaluation validation = new Evaluation(0.25, 10, Map.of("accuracy", accuracy));
      endpoint.onEpochEnd(new EpochResult(2, 200, 0.375, 1, 0.1, 1, Optional.of(validation)));
      assertThat(fetch(endpoint))
          .containsEntry("merapi_train_loss", 0.375)
          .containsEntry("merapi_validation{metric=\"loss\"}", 0.25)
          .containsEntry("merapi_validation{metric=\"accuracy\"}", 0.875);
    }
  }

  @Test
  void aTakenPortIsOneClearError() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThatThrownBy(() -> PrometheusEndpoint.open("" + taken.getLocalPort()))
          .isInstanceOf(OutputException.class)
          .hasMessageStartingWith(
              "--prometheus: cannot listen on 127.0.0.1:" + taken.getLocalPort() + " (");
    }
  }

  @Test
  void anAddressMustBeGivenWithAPort() {
    for (String wrong : new String[] {"x", "70000", "0.0.0.0", ":", "-1"}) {
      assertThatThrownBy(() -> PrometheusEndpoint.open(wrong))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("found '" + wrong + "'");
    }
    try (PrometheusEndpoint all = PrometheusEndpoint.open("0.0.0.0:0")) {
      assertThat(all.url()).startsWith("http://0.0.0.0:");
    }
  }
}
