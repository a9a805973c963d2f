package dev.merapi.backend.cuda.cudnn;

import dev.merapi.backend.cuda.cudnn.ConvolutionAlgorithm.Candidate;
import java.util.List;
import java.util.stream.Stream;
import jcuda.Pointer;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnConvolutionBwdDataAlgo;
import jcuda.jcudnn.cudnnConvolutionBwdDataAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionBwdFilterAlgo;
import jcuda.jcudnn.cudnnConvolutionBwdFilterAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionFwdAlgo;
import jcuda.jcudnn.cudnnConvolutionFwdAlgoPerf;

/** A convolution and its two gradients: for each, the same calls of cuDNN under other names. */
enum ConvolutionDirection {
  /** x and weight to y. */
  FORWARD {
    @Override
    List<Candidate> candidates(Cudnn cudnn, Convolution c) {
      var found = new cudnnConvolutionFwdAlgoPerf[MOST];
      int[] count = new int[1];
      JCudnn.cudnnGetConvolutionForwardAlgorithm_v7(
          cudnn.handle(), c.x(), c.weight(), c.window(), c.y(), MOST, count, found);
      return Stream.of(found)
          .limit(count[0])
          .map(a -> new Candidate(a.algo, a.status, a.determinism, a.mathType))
          .toList();
    }

    @Override
    long workspaceBytes(Cudnn cudnn, Convolution c, int algorithm) {
      long[] bytes = new long[1];
      JCudnn.cudnnGetConvolutionForwardWorkspaceSize(
          cudnn.handle(), c.x(), c.weight(), c.window(), c.y(), algorithm, bytes);
      return bytes[0];
    }

    @Override
    String name(int algorithm) {
      return cudnnConvolutionFwdAlgo.stringFor(algorithm);
    }

    @Override
    void run(Cudnn cudnn, Convolution c, ConvolutionAlgorithm algorithm, Operands at) {
      JCudnn.cudnnConvolutionForward(
          cudnn.handle(),
          cudnn.one(),
          c.x(),
          at.a(),
          c.weight(),
          at.b(),
          c.window(),
          algorithm.number(),
          at.workspace(),
          algorithm.workspaceBytes(),
          cudnn.zero(),
          c.y(),
          at.result());
    }
  },

  /** The gradient by y and the weight to the gradient by x. */
  GRAD_INPUT {
    @Override
    List<Candidate> candidates(Cudnn cudnn, Convolution c) {
      var found = new cudnnConvolutionBwdDataAlgoPerf[MOST];
      int[] count = new int[1];
      JCudnn.cudnnGetConvolutionBackwardDataAlgorithm_v7(
          cudnn.handle(), c.weight(), c.y(), c.window(), c.x(), MOST, count, found);
      return Stream.of(found)
          .limit(count[0])
          .map(a -> new Candidate(a.algo, a.status, a.determinism, a.mathType))
          .toList();
    }

    @Override
    long workspaceBytes(Cudnn cudnn, Convolution c, int algorithm) {
      long[] bytes = new long[1];
      JCudnn.cudnnGetConvolutionBackwardDataWorkspaceSize(
          cudnn.handle(), c.weight(), c.y(), c.window(), c.x(), algorithm, bytes);
      return bytes[0];
    }

    @Override
    String name(int algorithm) {
      return cudnnConvolutionBwdDataAlgo.stringFor(algorithm);
    }

    @Override
    void run(Cudnn cudnn, Convolution c, ConvolutionAlgorithm algorithm, Operands at) {
      JCudnn.cudnnConvolutionBackwardData(
          cudnn.handle(),
          cudnn.one(),
          c.weight(),
          at.b(),
          c.y(),
          at.a(),
          c.window(),
          algorithm.number(),
          at.workspace(),
          algorithm.workspaceBytes(),
          cudnn.zero(),
          c.x(),
          at.result());
    }
  },

  /** x and the gradient by y to the gradient by the weight. */
  GRAD_FILTER {
    @Override
    List<Candidate> candidates(Cudnn cudnn, Convolution c) {
      var found = new cudnnConvolutionBwdFilterAlgoPerf[MOST];
      int[] count = new int[1];
      JCudnn.cudnnGetConvolutionBackwardFilterAlgorithm_v7(
          cudnn.handle(), c.x(), c.y(), c.window(), c.weight(), MOST, count, found);
      return Stream.of(found)
          .limit(count[0])
          .map(a -> new Candidate(a.algo, a.status, a.determinism, a.mathType))
          .toList();
    }

    @Override
    long workspaceBytes(Cudnn cudnn, Convolution c, int algorithm) {
      long[] bytes = new long[1];
      JCudnn.cudnnGetConvolutionBackwardFilterWorkspaceSize(
          cudnn.handle(), c.x(), c.y(), c.window(), c.weight(), algorithm, bytes);
      return bytes[0];
    }

    @Override
    String name(int algorithm) {
      return cudnnConvolutionBwdFilterAlgo.stringFor(algorithm);
    }

    @Override
    void run(Cudnn cudnn, Convolution c, ConvolutionAlgorithm algorithm, Operands at) {
      JCudnn.cudnnConvolutionBackwardFilter(
          cudnn.handle(),
          cudnn.one(),
          c.x(),
          at.a(),
          c.y(),
          at.b(),
          c.window(),
          algorithm.number(),
          at.workspace(),
          algorithm.workspaceBytes(),
          cudnn.zero(),
          c.weight(),
          at.result());
    }
  };

  /** As many results are asked for: there are fewer algorithms, some with several kinds of math. */
  private static final int MOST = 32;

  /** Where the op's two inputs, its result and the workspace lie. */
  record Operands(Pointer a, Pointer b, Pointer result, Pointer workspace) {}

  /** What cuDNN knows of its algorithms for this convolution. */
  abstract List<Candidate> candidates(Cudnn cudnn, Convolution convolution);

  abstract long workspaceBytes(Cudnn cudnn, Convolution convolution, int algorithm);

  /** The algorithm's constant. */
  abstract String name(int algorithm);

  /** Enqueues it. */
  abstract void run(
      Cudnn cudnn, Convolution convolution, ConvolutionAlgorithm algorithm, Operands operands);
}
