package dev.merapi.core.backend;

import java.util.List;

/**
 * What one kernel launch works on.
 *
 * @param inputs one buffer per input of the node
 * @param outputs one buffer per output of the node; for an assignment the variable
 * @param workspace scratch memory of the size the kernel asked for; null when it asked for none
 */
public record Buffers(List<Buffer> inputs, List<Buffer> outputs, Buffer workspace) {}
