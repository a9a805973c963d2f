package dev.merapi.conformance;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.merapi.core.backend.Availability;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.BackendProvider;
import dev.merapi.core.runtime.Backends;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The devices to test: all known backends, each opened once; a missing one is a counted skip. */
final class Devices implements AutoCloseable {
  private final Map<String, Backend> open = new HashMap<>();

  /**
   * The ids of all backends that are known or found, or of the one that {@code
   * -Dmerapi.backends.only} names.
   */
  static Set<String> all() {
    String only = System.getProperty("merapi.backends.only");
    return only == null ? Backends.availability().keySet() : Set.of(only);
  }

  /** The ids of the backends on the class path. */
  static List<String> found() {
    return Backends.providers().stream().map(BackendProvider::id).toList();
  }

  /** The ids that {@code -Dmerapi.backends.required=cpu,cuda} names. */
  static Set<String> required() {
    return Stream.of(System.getProperty("merapi.backends.required", "").split(","))
        .map(String::strip)
        .filter(id -> !id.isEmpty())
        .collect(Collectors.toSet());
  }

  /** Opens a device; skips the test when it cannot be used here, and fails it when it must be. */
  Backend get(String id) {
    require(id, Backends.availability().get(id), required());
    return open.computeIfAbsent(id, Backends::open);
  }

  static void require(String id, Availability availability, Set<String> required) {
    if (availability == null || !availability.usable()) {
      String reason =
          "device " + id + ": " + (availability == null ? "unknown" : availability.reason());
      if (required.contains(id)) {
        fail(reason + ", but merapi.backends.required names it");
      }
      abort(reason);
    }
  }

  Backend reference() {
    return get("reference");
  }

  @Override
  public void close() {
    open.values().forEach(Backend::close);
    open.clear();
  }
}
