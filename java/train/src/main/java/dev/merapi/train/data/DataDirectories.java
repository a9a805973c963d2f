package dev.merapi.train.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folders in which data sets are looked for, each data set in a folder of its own name: {@code
 * DIR/mnist/train-images-idx3-ubyte.gz}.
 *
 * @param places the folders, the first one that has the file wins
 */
public record DataDirectories(List<Path> places) {
  public DataDirectories {
    places = List.copyOf(places);
    if (places.isEmpty()) {
      throw new IllegalArgumentException("expected at least one folder for data");
    }
  }

  /**
   * The usual places: the given folder, then {@code $MERAPI_DATA}, then the user's cache, {@code
   * $XDG_CACHE_HOME/merapi} or {@code ~/.cache/merapi}.
   *
   * @param given the folder named on the command line, or null
   * @param environment the process's environment
   */
  public static DataDirectories usual(Path given, Map<String, String> environment) {
    List<Path> places = new ArrayList<>();
    if (given != null) {
      places.add(given);
    }
    variable(environment, "MERAPI_DATA").ifPresent(places::add);
    places.add(
        variable(environment, "XDG_CACHE_HOME")
            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
            .resolve("merapi"));
    return new DataDirectories(places);
  }

  private static Optional<Path> variable(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(v -> !v.isBlank()).map(Path::of);
  }

  /** Where downloads go: the last place. */
  public Path cache() {
    return places.get(places.size() - 1);
  }

  /** The file of a data set, as it is or with {@code .gz} behind its name, where there is one. */
  public Optional<Path> find(String dataset, String file) {
    return places.stream()
        .map(place -> place.resolve(dataset))
        .flatMap(folder -> List.of(folder.resolve(file), folder.resolve(file + ".gz")).stream())
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /**
   * The file of a data set.
   *
   * @throws DataException when no place has it, naming all of them
   */
  public Path require(String dataset, String file) {
    return find(dataset, file).orElseThrow(() -> missing(dataset, file + "[.gz]"));
  }

  /**
   * A file or folder of the user's own, with {@code .gz} behind its name or not: as it is, or in
   * one of the places.
   *
   * @throws DataException when there is none
   */
  public Path locate(String path) {
    return Stream.concat(Stream.of(Path.of("")), places.stream())
        .flatMap(place -> Stream.of(place.resolve(path), place.resolve(path + ".gz")))
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(
            () ->
                new DataException(
                    path + ": found no such file in the working directory or " + places));
  }

  /** The error for a data set whose files are nowhere. */
  DataException missing(String dataset, String files) {
    String searched =
        places.stream().map(p -> p.resolve(dataset).toString()).collect(Collectors.joining(", "));
    return new DataException(
        dataset
            + ": found no "
            + files
            + " in "
            + searched
            + "; `merapi fetch "
            + dataset
            + "` downloads it");
  }
}
