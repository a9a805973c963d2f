package dev.merapi.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LauncherTest {
  private static Setting shell(Map<String, String> environment, String script) {
    return new Setting("shell", environment, List.of("sh", "-c", script, "sh"));
  }

  @Test
  void readsWhatAProcessPrintsInItsEnvironment() {
    Setting setting =
        shell(Map.of("OMP_NUM_THREADS", "3"), "echo hello; echo '{\"t\":'$OMP_NUM_THREADS$1'}'");
    assertThat(Launcher.run(setting, List.of("7")).get(0).get("t").asInt()).isEqualTo(37);
  }

  @Test
  void aFailureSaysWhatTheProcessSaid() {
    Setting setting = shell(Map.of(), "echo no such workload >&2; exit 2");
    assertThatThrownBy(() -> Launcher.run(setting, List.of("mlp")))
        .isInstanceOf(RunException.class)
        .hasMessage("shell mlp: exit code 2, 0 results: no such workload");
  }

  @Test
  void nothingPrintedIsAFailure() {
    assertThatThrownBy(() -> Launcher.run(shell(Map.of(), "true"), List.of()))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("0 results");
  }

  @Test
  void aCommandThatDoesNotExistDoesNotSucceed() {
    assertThat(Launcher.succeeds("no-such-command-here")).isFalse();
    assertThat(Launcher.succeeds("sh", "-c", "exit 1")).isFalse();
    assertThat(Launcher.succeeds("sh", "-c", "exit 0")).isTrue();
  }

  @Test
  void onOneThreadPyTorchHasOneSetting() {
    List<String> command = List.of("peer");
    assertThat(Setting.pyTorch("PyTorch", "BLAS", 1, command)).hasSize(1);
    assertThat(Setting.pyTorch("PyTorch", "BLAS", 2, command))
        .extracting(Setting::environment)
        .containsExactly(
            Map.of("OMP_NUM_THREADS", "1", "BLAS", "1"),
            Map.of("OMP_NUM_THREADS", "2", "BLAS", "1"),
            Map.of("OMP_NUM_THREADS", "2", "BLAS", "2", "OMP_WAIT_POLICY", "passive"));
  }
}
