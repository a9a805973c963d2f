package dev.merapi.backend.cuda.cudnn;

import dev.merapi.core.backend.Numerics;
import dev.merapi.core.pass.epilogue.Epilogue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import jcuda.CudaException;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnConvolutionFwdAlgo;
import jcuda.jcudnn.cudnnDeterminism;
import jcuda.jcudnn.cudnnMathType;

/**
 * How cuDNN computes a convolution.
 *
 * @param number by which cuDNN knows it
 * @param name for people
 * @param mathType the {@link cudnnMathType} that goes with it
 * @param workspaceBytes scratch memory that it takes
 */
record ConvolutionAlgorithm(int number, String name, int mathType, long workspaceBytes) {
  /** More than this is not spent on speed. */
  private static final long MAX_WORKSPACE_BYTES = 256 << 20;

  private static final int SUCCESS = 0;

  /** What cuDNN says about an algorithm, the best one first. */
  record Candidate(int number, int status, int determinism, int mathType) {
    /** Why it is not to be taken; null when it may be. Half precision is never allowed. */
    private String refusal(Numerics numerics) {
      if (status != SUCCESS) {
        return JCudnn.cudnnGetErrorString(status);
      } else if (numerics.deterministic() && determinism != cudnnDeterminism.CUDNN_DETERMINISTIC) {
        return "not deterministic";
      } else if (mathType == cudnnMathType.CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION
          || mathType == cudnnMathType.CUDNN_TENSOR_OP_MATH && !numerics.tf32()) {
        return "rounds numbers";
      }
      return null;
    }
  }

  /**
   * The first algorithm in cuDNN's own order, by its rules of thumb, that is as exact as wanted and
   * whose workspace is not too large. Nothing is timed: the choice would differ from run to run.
   *
   * @throws IllegalStateException when there is none
   */
  static ConvolutionAlgorithm choose(
      ConvolutionDirection direction,
      Cudnn cudnn,
      Convolution.Geometry geometry,
      Numerics numerics) {
    List<String> refused = new ArrayList<>();
    try (Descriptors descriptors = new Descriptors()) {
      Convolution convolution = geometry.describe(descriptors, Cudnn.mathType(numerics));
      for (Candidate candidate : direction.candidates(cudnn, convolution)) {
        String name = name(direction, candidate.number());
        String refusal = candidate.refusal(numerics);
        if (refusal != null) {
          refused.add(name + ": " + refusal);
          continue;
        }
        int mathType = numerics.tf32() ? candidate.mathType() : cudnnMathType.CUDNN_FMA_MATH;
        JCudnn.cudnnSetConvolutionMathType(convolution.window(), mathType);
        long bytes = direction.workspaceBytes(cudnn, convolution, candidate.number());
        if (bytes <= MAX_WORKSPACE_BYTES) {
          return new ConvolutionAlgorithm(candidate.number(), name, mathType, bytes);
        }
        refused.add(name + ": workspace of " + bytes + " bytes");
      }
    } catch (CudaException e) {
      throw Cudnn.failure("algorithms of " + geometry, e);
    }
    throw new IllegalStateException(
        "cuDNN has no%s algorithm for %s with a workspace of at most %d bytes: %s"
            .formatted(
                numerics.deterministic() ? " deterministic" : "",
                geometry,
                MAX_WORKSPACE_BYTES,
                String.join(", ", refused)));
  }

  /**
   * Whether this forward algorithm can add a bias and do what follows it: without a ReLU cuDNN has
   * one alone that can (cudnnConvolutionBiasActivationForward).
   */
  boolean isKnownWith(Epilogue epilogue) {
    return epilogue.relu()
        || number == cudnnConvolutionFwdAlgo.CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM;
  }

  /** Such as {@code algo_winograd} or {@code algo_1}. */
  private static String name(ConvolutionDirection direction, int number) {
    String name = direction.name(number);
    return name.substring(Math.max(0, name.indexOf("ALGO_"))).toLowerCase(Locale.ROOT);
  }
}
