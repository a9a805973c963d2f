package dev.merapi.backend.cuda.runtime;

import dev.merapi.backend.cuda.nvrtc.CompiledSource;
import dev.merapi.core.backend.Availability;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A process that loads what there is, with a driver that is named, and prints what it found. */
final class LoadedLibraries {
  private LoadedLibraries() {}

  public static void main(String[] arguments) {
    System.load(arguments[0]);
    Availability found = CudaDevices.availability();
    System.out.println(found.usable() + " " + found.reason());
    byte[] code =
        CompiledSource.of(90, "extern \"C\" __global__ void f(float *x) { x[threadIdx.x] = 1; }");
    System.out.println(new String(Arrays.copyOfRange(code, 1, 4), StandardCharsets.US_ASCII));
  }
}
