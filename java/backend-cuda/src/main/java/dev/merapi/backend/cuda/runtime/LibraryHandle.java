package dev.merapi.backend.cuda.runtime;

/** The handle of one of CUDA's libraries, which its {@link CudaContext} closes. */
public interface LibraryHandle extends AutoCloseable {
  @Override
  void close();
}
