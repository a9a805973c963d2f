package dev.merapi.backend.cuda.cudnn;

import dev.merapi.core.op.recurrent.Gru;
import dev.merapi.core.op.recurrent.PackedWeights;
import dev.merapi.core.op.recurrent.RecurrentStack;
import dev.merapi.core.op.recurrent.Rnn;
import dev.merapi.core.tensor.Shape;
import java.util.Arrays;
import jcuda.CudaException;
import jcuda.Pointer;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnDataType;
import jcuda.jcudnn.cudnnDirectionMode;
import jcuda.jcudnn.cudnnDropoutDescriptor;
import jcuda.jcudnn.cudnnForwardMode;
import jcuda.jcudnn.cudnnRNNAlgo;
import jcuda.jcudnn.cudnnRNNBiasMode;
import jcuda.jcudnn.cudnnRNNDataDescriptor;
import jcuda.jcudnn.cudnnRNNDataLayout;
import jcuda.jcudnn.cudnnRNNDescriptor;
import jcuda.jcudnn.cudnnRNNInputMode;
import jcuda.jcudnn.cudnnRNNMode;
import jcuda.jcudnn.cudnnTensorDescriptor;

/**
 * A recurrent stack and its sequences, as cuDNN wants them described.
 *
 * @param stack the stack
 * @param x the sequence that it reads
 * @param y the sequence that it writes
 * @param state each initial and final state
 */
record RecurrentNetwork(
    cudnnRNNDescriptor stack,
    cudnnRNNDataDescriptor x,
    cudnnRNNDataDescriptor y,
    cudnnTensorDescriptor state) {
  private static final int FLOAT = cudnnDataType.CUDNN_DATA_FLOAT;

  /** Sequences may have gaps behind their ends; ours have none, and cuDNN need not pack them. */
  private static final int PADDED_SEQUENCES = 1;

  /** Memory that cuDNN asks for: its copy of the weights, scratch, and what training keeps. */
  record Sizes(long weights, long workspace, long reserve) {}

  /**
   * A stack and the sequence that it reads.
   *
   * @param x the sequence's shape [T, N, features]
   * @param mathType the {@link jcuda.jcudnn.cudnnMathType} of its products
   */
  record Geometry(RecurrentStack stack, Shape x, int mathType) {
    PackedWeights weights() {
      return stack.weights(x.dim(2));
    }

    RecurrentNetwork describe(Cudnn cudnn, Descriptors descriptors) {
      int[] state = stack.stateShape(x.dim(1)).toArray();
      cudnnTensorDescriptor states = descriptors.tensor(Shape.of(1, 1));
      JCudnn.cudnnSetTensorNdDescriptor(
          states, FLOAT, state.length, state, new int[] {state[1] * state[2], state[2], 1});
      return new RecurrentNetwork(
          network(cudnn, descriptors),
          sequence(descriptors, x.dim(2)),
          sequence(descriptors, stack.hidden() * stack.directions()),
          states);
    }

    private cudnnRNNDescriptor network(Cudnn cudnn, Descriptors descriptors) {
      cudnnDropoutDescriptor none = new cudnnDropoutDescriptor();
      JCudnn.cudnnCreateDropoutDescriptor(none);
      descriptors.add(() -> JCudnn.cudnnDestroyDropoutDescriptor(none));
      JCudnn.cudnnSetDropoutDescriptor(none, cudnn.handle(), 0, new Pointer(), 0, 0);
      cudnnRNNDescriptor descriptor = new cudnnRNNDescriptor();
      JCudnn.cudnnCreateRNNDescriptor(descriptor);
      descriptors.add(() -> JCudnn.cudnnDestroyRNNDescriptor(descriptor));
      JCudnn.cudnnSetRNNDescriptor_v8(
          descriptor,
          cudnnRNNAlgo.CUDNN_RNN_ALGO_STANDARD,
          cell(),
          cudnnRNNBiasMode.CUDNN_RNN_DOUBLE_BIAS,
          stack.bidirectional()
              ? cudnnDirectionMode.CUDNN_BIDIRECTIONAL
              : cudnnDirectionMode.CUDNN_UNIDIRECTIONAL,
          cudnnRNNInputMode.CUDNN_LINEAR_INPUT,
          FLOAT,
          FLOAT,
          mathType,
          x.dim(2),
          stack.hidden(),
          stack.hidden(),
          stack.layers(),
          none,
          PADDED_SEQUENCES);
      return descriptor;
    }

    private int cell() {
      if (stack instanceof Rnn rnn) {
        return rnn.mode() == Rnn.Mode.TANH
            ? cudnnRNNMode.CUDNN_RNN_TANH
            : cudnnRNNMode.CUDNN_RNN_RELU;
      } else if (stack instanceof Gru) {
        return cudnnRNNMode.CUDNN_GRU;
      }
      return cudnnRNNMode.CUDNN_LSTM;
    }

    private cudnnRNNDataDescriptor sequence(Descriptors descriptors, int features) {
      cudnnRNNDataDescriptor descriptor = new cudnnRNNDataDescriptor();
      JCudnn.cudnnCreateRNNDataDescriptor(descriptor);
      descriptors.add(() -> JCudnn.cudnnDestroyRNNDataDescriptor(descriptor));
      int[] lengths = new int[x.dim(1)];
      Arrays.fill(lengths, x.dim(0));
      JCudnn.cudnnSetRNNDataDescriptor(
          descriptor,
          FLOAT,
          cudnnRNNDataLayout.CUDNN_RNN_DATA_LAYOUT_SEQ_MAJOR_UNPACKED,
          x.dim(0),
          x.dim(1),
          features,
          lengths,
          new Pointer());
      return descriptor;
    }

    /** What cuDNN asks for. */
    Sizes sizes(Cudnn cudnn, boolean training) {
      long[] weights = new long[1];
      long[] workspace = new long[1];
      long[] reserve = new long[1];
      try (Descriptors descriptors = new Descriptors()) {
        RecurrentNetwork network = describe(cudnn, descriptors);
        JCudnn.cudnnGetRNNWeightSpaceSize(cudnn.handle(), network.stack(), weights);
        JCudnn.cudnnGetRNNTempSpaceSizes(
            cudnn.handle(), network.stack(), mode(training), network.x(), workspace, reserve);
      } catch (CudaException e) {
        throw Cudnn.failure("memory of " + this, e);
      }
      return new Sizes(weights[0], workspace[0], training ? reserve[0] : 0);
    }
  }

  /** Whether cuDNN is to keep what the gradient needs. */
  static int mode(boolean training) {
    return training
        ? cudnnForwardMode.CUDNN_FWD_MODE_TRAINING
        : cudnnForwardMode.CUDNN_FWD_MODE_INFERENCE;
  }
}
