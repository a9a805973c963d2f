package dev.merapi.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoriesTest {
  @TempDir private Path root;

  @Test
  void theUsualPlacesAreTheGivenTheVariableAndTheCache() {
    Map<String, String> environment = Map.of("MERAPI_DATA", "/data", "XDG_CACHE_HOME", "/cache");
    assertThat(DataDirectories.usual(Path.of("given"), environment).places())
        .containsExactly(Path.of("given"), Path.of("/data"), Path.of("/cache/merapi"));
    DataDirectories bare = DataDirectories.usual(null, Map.of("MERAPI_DATA", ""));
    assertThat(bare.places())
        .containsExactly(Path.of(System.getProperty("user.home"), ".cache", "merapi"));
    assertThat(bare.cache()).isEqualTo(bare.places().get(0));
  }

  @Test
  void theFirstPlaceWins() throws IOException {
    Path a = root.resolve("a");
    Path b = root.resolve("b");
    DataDirectories where = new DataDirectories(List.of(a, b));
    Path second = new DataFolder(b).write("set/file", new byte[1]);
    assertThat(where.require("set", "file")).isEqualTo(second);
    Path first = new DataFolder(a).write("set/file.gz", new byte[1]);
    assertThat(where.require("set", "file")).isEqualTo(first);
    assertThatThrownBy(() -> where.require("set", "other"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "set: found no other[.gz] in %s, %s; `merapi fetch set` downloads it",
            a.resolve("set"), b.resolve("set"));
  }
}
