package dev.merapi.core.runtime;

import dev.merapi.core.backend.Availability;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.BackendProvider;
import dev.merapi.core.backend.DeviceException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * Finds backends on the class path. There is no silent fallback: a device that was named is used or
 * is an error, and {@code auto} says what it chose and why.
 */
public final class Backends {
  /** The devices that there are, whether or not their modules are on the class path. */
  private static final List<String> KNOWN = List.of("reference", "cpu", "cuda");

  private Backends() {}

  /** A device that was chosen, not yet opened. */
  public record Choice(BackendProvider provider, int ordinal, String reason) {
    /** Opens the device. */
    public Backend open() {
      return provider.open(ordinal);
    }
  }

  /** Every known or found backend and whether it can be used, best first. */
  public static Map<String, Availability> availability() {
    Map<String, Availability> found = new LinkedHashMap<>();
    for (BackendProvider provider : providers()) {
      found.put(provider.id(), provider.availability());
    }
    for (String id : KNOWN) {
      found.computeIfAbsent(id, Backends::missing);
    }
    return found;
  }

  private static Availability missing(String id) {
    return new Availability(false, "the module merapi-backend-" + id + " is not on the class path");
  }

  /** The providers on the class path, highest priority first. */
  public static List<BackendProvider> providers() {
    return ServiceLoader.load(BackendProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(
            Comparator.comparing(BackendProvider::priority)
                .reversed()
                .thenComparing(BackendProvider::id))
        .toList();
  }

  /**
   * Chooses a device.
   *
   * @param device {@code auto}, or a backend's id, or an id and an ordinal such as {@code cuda:1}
   * @throws IllegalArgumentException when that is no device name
   * @throws DeviceException when the device is known but cannot be used here, saying why
   */
  public static Choice choose(String device) {
    if (device.equals("auto")) {
      return chooseBest();
    }
    String id = device.replaceFirst(":\\d{1,4}$", "");
    BackendProvider provider =
        providers().stream().filter(p -> p.id().equals(id)).findFirst().orElse(null);
    boolean numbered = !id.equals(device);
    if (provider == null && !KNOWN.contains(id) || numbered && !id.equals("cuda")) {
      throw new IllegalArgumentException(
          "unknown device '" + device + "'; expected auto, reference, cpu, cuda or cuda:N");
    }
    Availability availability = provider == null ? missing(id) : provider.availability();
    if (!availability.usable()) {
      throw new DeviceException("device " + device + " cannot be used: " + availability.reason());
    }
    int ordinal = numbered ? Integer.parseInt(device.substring(id.length() + 1)) : 0;
    return new Choice(provider, ordinal, availability.reason());
  }

  private static Choice chooseBest() {
    Map<String, Availability> all = availability();
    for (BackendProvider provider : providers()) {
      if (all.get(provider.id()).usable()) {
        String others =
            all.entrySet().stream()
                .filter(entry -> !entry.getValue().usable())
                .map(entry -> entry.getKey() + ": " + entry.getValue().reason())
                .collect(Collectors.joining("; "));
        String own = all.get(provider.id()).reason();
        return new Choice(provider, 0, others.isEmpty() ? own : others);
      }
    }
    throw new DeviceException("no device can be used: " + all);
  }

  /** Opens a device; see {@link #choose}. */
  public static Backend open(String device) {
    return choose(device).open();
  }
}
