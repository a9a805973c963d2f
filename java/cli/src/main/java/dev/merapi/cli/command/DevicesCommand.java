package dev.merapi.cli.command;

import dev.merapi.core.backend.Availability;
import dev.merapi.core.runtime.Backends;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** {@code merapi devices}. */
@Command(
    name = "devices",
    description = "Lists every backend with the reason why it is or isn't usable.")
public final class DevicesCommand extends ReportingCommand {
  @Override
  public Integer call() {
    Map<String, Availability> all = Backends.availability();
    List<Map<String, Object>> devices = new ArrayList<>();
    all.forEach(
        (id, found) -> {
          Map<String, Object> device = new LinkedHashMap<>();
          device.put("device", id);
          device.put("usable", found.usable());
          device.put("reason", found.reason());
          devices.add(device);
        });
    report(
        Map.of("devices", devices),
        all.entrySet().stream()
            .map(e -> line(e.getKey(), e.getValue()))
            .collect(Collectors.joining(System.lineSeparator())));
    return 0;
  }

  private static String line(String id, Availability found) {
    return "%-10s %-11s %s".formatted(id, found.usable() ? "usable" : "not usable", found.reason());
  }
}
