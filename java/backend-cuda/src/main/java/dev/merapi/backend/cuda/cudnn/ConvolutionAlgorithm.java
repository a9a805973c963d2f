package dev.merapi.backend.cuda.cudnn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import jcuda.CudaException;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnDeterminism;
import jcuda.jcudnn.cudnnMathType;

/**
 * How cuDNN computes a convolution.
 *
 * @param number by which cuDNN knows it
 * @param name for people
 * @param workspaceBytes scratch memory that it takes
 */
record ConvolutionAlgorithm(int number, String name, long workspaceBytes) {
  /** More than this is not spent on speed. */
  private static final long MAX_WORKSPACE_BYTES = 256 << 20;

  private static final int SUCCESS = 0;

  /** What cuDNN says about an algorithm, the best one first. */
  record Candidate(int number, int status, int determinism, int mathType) {
    /** Gives the same bits each time and does not ask for shorter numbers. */
    private boolean isEligible() {
      return status == SUCCESS
          && determinism == cudnnDeterminism.CUDNN_DETERMINISTIC
          && mathType != cudnnMathType.CUDNN_TENSOR_OP_MATH
          && mathType != cudnnMathType.CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION;
    }
  }

  /**
   * The first algorithm in cuDNN's own order, by its rules of thumb, that is deterministic and
   * whose workspace is not too large. Nothing is timed: the choice would differ from run to run.
   *
   * @throws IllegalStateException when there is none
   */
  static ConvolutionAlgorithm choose(
      ConvolutionDirection direction, Cudnn cudnn, Convolution.Geometry geometry) {
    List<String> refused = new ArrayList<>();
    try (Descriptors descriptors = new Descriptors()) {
      Convolution convolution = geometry.describe(descriptors);
      for (Candidate candidate : direction.candidates(cudnn, convolution)) {
        String name = name(direction, candidate.number());
        if (!candidate.isEligible()) {
          refused.add(refusal(name, candidate));
          continue;
        }
        long bytes = direction.workspaceBytes(cudnn, convolution, candidate.number());
        if (bytes <= MAX_WORKSPACE_BYTES) {
          return new ConvolutionAlgorithm(candidate.number(), name, bytes);
        }
        refused.add(name + ": workspace of " + bytes + " bytes");
      }
    } catch (CudaException e) {
      throw Cudnn.failure("algorithms of " + geometry, e);
    }
    throw new IllegalStateException(
        "cuDNN has no deterministic algorithm for %s with a workspace of at most %d bytes: %s"
            .formatted(geometry, MAX_WORKSPACE_BYTES, String.join(", ", refused)));
  }

  private static String refusal(String name, Candidate candidate) {
    return name
        + ": "
        + (candidate.status() == SUCCESS
            ? "not deterministic"
            : JCudnn.cudnnGetErrorString(candidate.status()));
  }

  /** Such as {@code algo_winograd} or {@code algo_1}. */
  private static String name(ConvolutionDirection direction, int number) {
    String name = direction.name(number);
    return name.substring(Math.max(0, name.indexOf("ALGO_"))).toLowerCase(Locale.ROOT);
  }
}
