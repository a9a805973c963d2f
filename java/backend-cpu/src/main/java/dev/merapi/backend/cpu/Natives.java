package dev.merapi.backend.cpu;

import dev.merapi.core.backend.Availability;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;

/** Loads oneDNN's libraries, once, and remembers why that failed. */
final class Natives {
  private static final Availability AVAILABILITY = load();

  private Natives() {}

  static Availability availability() {
    return AVAILABILITY;
  }

  private static Availability load() {
    // Memory is allocated and freed by hand, so JavaCPP's own bound, which calls the garbage
    // collector when it is reached, is of no use.
    System.setProperty("org.bytedeco.javacpp.maxbytes", "0");
    System.setProperty("org.bytedeco.javacpp.maxphysicalbytes", "0");
    try {
      Loader.load(dnnl.class);
      dnnl_version_t version = dnnl.dnnl_version();
      return new Availability(
          true,
          "oneDNN %d.%d.%d on %d threads, %s"
              .formatted(
                  version.major(),
                  version.minor(),
                  version.patch(),
                  Workers.processCount(),
                  NativeLoops.description()));
    } catch (LinkageError | RuntimeException e) {
      // Whatever stands in the way (no natives for this platform, an old C library, a cache folder
      // that cannot be written) is the reason that people are told.
      return new Availability(
          false, "oneDNN's natives for %s cannot be loaded: %s".formatted(Loader.getPlatform(), e));
    }
  }
}
