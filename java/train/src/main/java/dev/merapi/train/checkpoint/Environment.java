package dev.merapi.train.checkpoint;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the promise of equal bits depends on beside the training itself. */
public final class Environment {
  private Environment() {}

  /** The device with its libraries, the threads, the processor's kind, and the Java. */
  public static Map<String, String> of(Backend backend) {
    Map<String, String> environment = new LinkedHashMap<>();
    String device = backend.device();
    environment.put("device", device);
    String id = device.contains(":") ? device.substring(0, device.indexOf(':')) : device;
    environment.put("backend", Backends.choose(id).reason());
    String threads = System.getenv("OMP_NUM_THREADS");
    environment.put(
        "threads",
        threads != null ? threads : Integer.toString(Runtime.getRuntime().availableProcessors()));
    environment.put("processor", System.getProperty("os.arch"));
    environment.put("java", Runtime.version().toString());
    return environment;
  }
}
