package dev.merapi.core.backend;

import dev.merapi.core.plan.PhysicalType;
import dev.merapi.core.plan.Step;
import java.util.List;

/**
 * A step with its kernel.
 *
 * @param step what is run
 * @param kernelName for people and tests
 * @param kernel runs it
 * @param inputs how the kernel wants each input to lie
 * @param outputs how the kernel leaves each output
 * @param workspaceBytes scratch memory that it needs while it runs
 * @param inPlace whether an output may share memory with an input of the same physical type
 */
public record PreparedStep(
    Step step,
    String kernelName,
    Kernel kernel,
    List<PhysicalType> inputs,
    List<PhysicalType> outputs,
    long workspaceBytes,
    boolean inPlace) {}
