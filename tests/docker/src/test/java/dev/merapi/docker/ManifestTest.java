package dev.merapi.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** {@code docker/job.yaml}, read into the model of Kubernetes' objects. */
class ManifestTest {
  /** The model keeps unknown fields for itself: here they are errors, as are duplicates. */
  private static final ObjectMapper STRICT =
      YAMLMapper.builder(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .annotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                @Override
                public Boolean hasAnySetter(Annotated a) {
                  return false;
                }
              })
          .build();

  private static String text() throws IOException {
    return Files.readString(Image.ROOT.resolve("docker/job.yaml"));
  }

  private record Manifest(PersistentVolumeClaim claim, Job job) {}

  private static Manifest read(String text) throws IOException {
    try (MappingIterator<JsonNode> documents = STRICT.readerFor(JsonNode.class).readValues(text)) {
      Manifest manifest =
          new Manifest(
              STRICT.treeToValue(documents.nextValue(), PersistentVolumeClaim.class),
              STRICT.treeToValue(documents.nextValue(), Job.class));
      assertThat(documents.hasNextValue()).isFalse();
      return manifest;
    }
  }

  @Test
  void theJobTrainsOnOneGpuAndGoesOnFromItsVolume() throws IOException {
    Manifest manifest = read(text());
    assertThat(manifest.job().getApiVersion()).isEqualTo("batch/v1");
    PodSpec pod = manifest.job().getSpec().getTemplate().getSpec();
    assertThat(pod.getRestartPolicy()).isEqualTo("Never");
    assertThat(pod.getTerminationGracePeriodSeconds()).isGreaterThanOrEqualTo(60);
    assertThat(pod.getVolumes().get(0).getPersistentVolumeClaim().getClaimName())
        .isEqualTo(manifest.claim().getMetadata().getName());
    Container container = pod.getContainers().get(0);
    assertThat(container.getResources().getLimits())
        .containsEntry("nvidia.com/gpu", new Quantity("1"));
    assertThat(container.getArgs()).startsWith("train").contains("--resume", "cuda");
    assertThat(container.getVolumeMounts().get(0).getMountPath()).isEqualTo("/runs");
    assertThat(container.getLivenessProbe().getExec().getCommand())
        .containsExactly("/opt/merapi/health");
  }

  @Test
  void itRunsWithFewRights() throws IOException {
    PodSpec pod = read(text()).job().getSpec().getTemplate().getSpec();
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(10001);
    Container container = pod.getContainers().get(0);
    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
  }

  @Test
  void anUnknownFieldWouldBeAnError() throws IOException {
    String misspelt = text().replace("restartPolicy:", "restartPolice:");
    assertThatThrownBy(() -> read(misspelt))
        .isInstanceOf(UnrecognizedPropertyException.class)
        .hasMessageContaining("restartPolice");
  }
}
