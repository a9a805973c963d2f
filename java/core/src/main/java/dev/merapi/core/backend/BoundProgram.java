package dev.merapi.core.backend;

import java.util.List;
import java.util.Map;

/**
 * All that a program runs on.
 *
 * @param steps in order
 * @param inputs by name
 * @param outputs by name
 * @param profile what is to note the time of each kernel; where it is on, kernels are launched one
 *     by one, with a wait after each
 */
public record BoundProgram(
    List<BoundStep> steps,
    Map<String, Buffer> inputs,
    Map<String, Buffer> outputs,
    Profile profile) {}
