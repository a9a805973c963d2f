/**
 * What a device must offer to run Merapi's programs. Kept small on purpose; these are all methods:
 *
 * <ul>
 *   <li>{@code BackendProvider}: {@code id}, {@code priority}, {@code availability}, {@code open}
 *   <li>{@code Backend}: {@code device}, {@code supports}, {@code passes}, {@code fusion}, {@code
 *       prepare}, {@code allocate}, {@code allocateHost}, {@code stream}, {@code bind}, {@code
 *       close}
 *   <li>{@code Memory}: {@code bytes}, {@code view}, {@code close}
 *   <li>{@code Buffer}: {@code type}, {@code copyFromHost}, {@code copyFrom}, {@code copyToHost}
 *   <li>{@code Kernel}: {@code launch}
 *   <li>{@code Stream}: {@code synchronize}
 *   <li>{@code Executable}: {@code run}, {@code close}
 * </ul>
 *
 * <p>The compiler asks {@code supports} node by node and decomposes what is not; the backend's own
 * {@code passes} then replace patterns; {@code prepare} chooses a kernel for every step, without
 * touching device memory; {@code bind} gets the same steps with their buffers and makes something
 * that runs. Sources, state reads and views are no steps and need no kernel.
 */
package dev.merapi.core.backend;
