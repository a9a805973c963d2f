package dev.merapi.backend.cuda.nvrtc;

import dev.merapi.core.runtime.Owned;
import java.util.HashMap;
import java.util.Map;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;

/** The compiled kernels of a context: each source is compiled and loaded once. */
public final class KernelModules implements AutoCloseable {
  private final Map<String, CUmodule> modules = new HashMap<>();
  private final KernelCompiler compiler;

  public KernelModules(int architecture) {
    compiler = new KernelCompiler(architecture);
  }

  /** A kernel from a file of {@code kernels-cu}. */
  public CUfunction function(String file, String name) {
    return find(modules.computeIfAbsent(file, key -> load(key, KernelSource.read(key))), name);
  }

  /** A kernel from a generated source. */
  public CUfunction generated(String source, String name) {
    return find(modules.computeIfAbsent(source, key -> load("generated.cu", key)), name);
  }

  private CUmodule load(String file, String source) {
    CUmodule module = new CUmodule();
    JCudaDriver.cuModuleLoadData(module, compiler.compile(file, source));
    return module;
  }

  private static CUfunction find(CUmodule module, String name) {
    CUfunction function = new CUfunction();
    JCudaDriver.cuModuleGetFunction(function, module, name);
    return function;
  }

  @Override
  public void close() {
    try (Owned owned = new Owned()) {
      modules.values().forEach(module -> owned.add(() -> JCudaDriver.cuModuleUnload(module)));
      modules.clear();
    }
  }
}
