package dev.merapi.backend.cuda.nvrtc;

/** Code of sources that are no files. */
public final class CompiledSource {
  private CompiledSource() {}

  /** Compiled by whatever NVRTC is loaded. */
  public static byte[] of(int architecture, String source) {
    return new KernelCompiler(architecture).compileNow("test.cu", source);
  }
}
