package dev.merapi.core.runtime;

import dev.merapi.core.backend.Numerics;
import dev.merapi.core.backend.Profile;
import dev.merapi.core.plan.MemoryPlanner;

/**
 * How a program is compiled.
 *
 * @param fuse whether elementwise regions are fused
 * @param decomposeAll whether ops are decomposed though the device has a kernel for them
 * @param memory how buffers get their memory
 * @param numerics what the device may do to be faster
 * @param profile what is to note the time of each kernel
 */
public record CompileOptions(
    Fusion fuse,
    boolean decomposeAll,
    MemoryPlanner.Mode memory,
    Numerics numerics,
    Profile profile) {
  /** Who decides about elementwise fusion. */
  public enum Fusion {
    /** The backend does. */
    BACKEND,
    ON,
    OFF
  }

  /** What training uses. */
  public static final CompileOptions DEFAULT =
      new CompileOptions(
          Fusion.BACKEND, false, MemoryPlanner.Mode.PLANNED, Numerics.DEFAULT, Profile.OFF);

  public CompileOptions fuse(boolean on) {
    return new CompileOptions(on ? Fusion.ON : Fusion.OFF, decomposeAll, memory, numerics, profile);
  }

  public CompileOptions decomposeAll(boolean all) {
    return new CompileOptions(fuse, all, memory, numerics, profile);
  }

  public CompileOptions memory(MemoryPlanner.Mode mode) {
    return new CompileOptions(fuse, decomposeAll, mode, numerics, profile);
  }

  public CompileOptions numerics(Numerics other) {
    return new CompileOptions(fuse, decomposeAll, memory, other, profile);
  }

  public CompileOptions profile(Profile other) {
    return new CompileOptions(fuse, decomposeAll, memory, numerics, other);
  }
}
