package dev.merapi.core.plan;

/**
 * A piece of memory that some steps need.
 *
 * @param owner what it holds, for the memory report
 * @param bytes how much
 * @param alignment of its first byte; a power of two
 * @param first the first step that uses it
 * @param last the last step that uses it
 */
public record BufferRequest(String owner, long bytes, int alignment, int first, int last) {}
