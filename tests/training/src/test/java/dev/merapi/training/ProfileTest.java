package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.PreparedStep;
import dev.merapi.core.backend.Profile;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.train.Trainer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A profile counts every launch of every step, and changes nothing but the speed. */
class ProfileTest {
  private static final int STEPS = 5;

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu", "cuda"})
  void everyKernelOfEveryStepIsNoted(String device) {
    if (device.equals("cuda")) {
      StandIn.require();
    }
    Job job = Job.lenet5(2, STEPS);
    Profile profile = Profile.start(100);
    long start = System.nanoTime();
    try (Backend backend = Backends.open(device);
        Trainer trainer =
            new Trainer(
                backend, job.config(), job.data(), CompileOptions.DEFAULT.profile(profile))) {
      trainer.fit(job.data(), job.data());
      List<PreparedStep> steps = trainer.trainingProgram().steps();
      List<Profile.Row> launches =
          profile.rows().stream().filter(row -> !row.work().kernel().isEmpty()).toList();
      assertThat(launches).allMatch(row -> row.calls() % STEPS == 0);
      assertThat(launches.stream().mapToLong(Profile.Row::calls).sum())
          .isEqualTo((long) STEPS * steps.size());
      Set<String> kernels =
          steps.stream().map(PreparedStep::kernelName).collect(Collectors.toSet());
      assertThat(launches).extracting(row -> row.work().kernel()).hasSameElementsAs(kernels);
      assertThat(launches).extracting(row -> row.work().place()).contains("lenet5/conv1");
      assertThat(calls(profile, "wait for data")).isEqualTo(STEPS);
      assertThat(calls(profile, "validation")).isEqualTo(1);
      long noted = profile.rows().stream().mapToLong(Profile.Row::nanos).sum();
      assertThat(noted).isBetween(1L, System.nanoTime() - start);
      assertThat(profile.rows()).isSortedAccordingTo((a, b) -> Long.compare(b.nanos(), a.nanos()));
      assertThat(profile.spans()).hasSize(100);
      assertThat(profile.spansLeftOut())
          .isEqualTo(profile.rows().stream().mapToLong(Profile.Row::calls).sum() - 100);
      assertThat(trainer.weights()).isEqualTo(unprofiled(job, backend));
    }
  }

  private static long calls(Profile profile, String name) {
    return profile.rows().stream()
        .filter(row -> row.work().equals(new Profile.Work("", name, "")))
        .mapToLong(Profile.Row::calls)
        .sum();
  }

  private static Map<String, HostTensor> unprofiled(Job job, Backend backend) {
    try (Trainer trainer = job.trainer(backend)) {
      trainer.fit(job.data(), null);
      assertThat(trainer.profile().rows()).isEmpty();
      return trainer.weights();
    }
  }
}
