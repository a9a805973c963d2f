package dev.merapi.cuda.standin;

import static dev.merapi.cuda.standin.Cuda.allocate;
import static dev.merapi.cuda.standin.Cuda.check;
import static dev.merapi.cuda.standin.Cuda.download;
import static dev.merapi.cuda.standin.Cuda.single;
import static dev.merapi.cuda.standin.Cuda.stream;
import static dev.merapi.cuda.standin.Cuda.upload;
import static jcuda.jcudnn.cudnnDataType.CUDNN_DATA_FLOAT;
import static jcuda.jcudnn.cudnnMathType.CUDNN_FMA_MATH;
import static jcuda.jcudnn.cudnnTensorFormat.CUDNN_TENSOR_NCHW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.cuda.standin.StandIn.Counter;
import dev.merapi.cuda.standin.StandIn.Knob;
import java.util.Arrays;
import java.util.stream.Stream;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnActivationDescriptor;
import jcuda.jcudnn.cudnnActivationMode;
import jcuda.jcudnn.cudnnBatchNormMode;
import jcuda.jcudnn.cudnnConvolutionBwdFilterAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionDescriptor;
import jcuda.jcudnn.cudnnConvolutionFwdAlgo;
import jcuda.jcudnn.cudnnConvolutionMode;
import jcuda.jcudnn.cudnnDropoutDescriptor;
import jcuda.jcudnn.cudnnFilterDescriptor;
import jcuda.jcudnn.cudnnHandle;
import jcuda.jcudnn.cudnnPoolingDescriptor;
import jcuda.jcudnn.cudnnPoolingMode;
import jcuda.jcudnn.cudnnRNNDataDescriptor;
import jcuda.jcudnn.cudnnRNNDescriptor;
import jcuda.jcudnn.cudnnSoftmaxAlgorithm;
import jcuda.jcudnn.cudnnSoftmaxMode;
import jcuda.jcudnn.cudnnTensorDescriptor;
import jcuda.runtime.cudaStream_t;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Layers through JCudnn. */
@WithStandIn
class DnnTest {
  private static final Pointer ONE = single(1);
  private static final Pointer ZERO = single(0);
  private static final int BAD_PARAM = 2000;
  private static final int NOT_SUPPORTED = 3000;

  private cudnnHandle handle;
  private CUstream stream;
  private int handles;

  @BeforeEach
  void create() {
    JCudnn.setExceptionsEnabled(false);
    handles = Counter.LIVE_HANDLES.read();
    handle = new cudnnHandle();
    stream = stream();
    check(JCudnn.cudnnCreate(handle));
    check(JCudnn.cudnnSetStream(handle, new cudaStream_t(stream)));
  }

  @AfterEach
  void destroy() {
    check(JCudnn.cudnnDestroy(handle));
    assertThat(Counter.LIVE_HANDLES.read()).isEqualTo(handles + 1); // the stream goes later
  }

  private static cudnnTensorDescriptor tensor(int... dims) {
    cudnnTensorDescriptor tensor = new cudnnTensorDescriptor();
    check(JCudnn.cudnnCreateTensorDescriptor(tensor));
    check(
        JCudnn.cudnnSetTensorNdDescriptorEx(
            tensor, CUDNN_TENSOR_NCHW, CUDNN_DATA_FLOAT, dims.length, dims));
    return tensor;
  }

  private static void destroy(cudnnTensorDescriptor... tensors) {
    for (cudnnTensorDescriptor tensor : tensors) {
      check(JCudnn.cudnnDestroyTensorDescriptor(tensor));
    }
  }

  private float[] result(CUdeviceptr pointer, int count) {
    check(JCudaDriver.cuStreamSynchronize(stream));
    return download(pointer, count);
  }

  @Test
  void versionAndTexts() {
    assertThat(JCudnn.cudnnGetVersion()).isBetween(90000L, 99999L);
    assertThat(JCudnn.cudnnGetErrorString(3000)).isEqualTo("CUDNN_STATUS_NOT_SUPPORTED");
  }

  /** A convolution of one 3 x 3 image by one 2 x 2 filter, with bias and ReLU. */
  @Test
  void convolution() {
    final cudnnTensorDescriptor x = tensor(1, 1, 3, 3);
    final cudnnTensorDescriptor y = tensor(1, 1, 2, 2);
    final cudnnTensorDescriptor bias = tensor(1, 1, 1, 1);
    final cudnnFilterDescriptor w = new cudnnFilterDescriptor();
    check(JCudnn.cudnnCreateFilterDescriptor(w));
    check(
        JCudnn.cudnnSetFilterNdDescriptor(
            w, CUDNN_DATA_FLOAT, CUDNN_TENSOR_NCHW, 4, new int[] {1, 1, 2, 2}));
    final cudnnConvolutionDescriptor convolution = new cudnnConvolutionDescriptor();
    check(JCudnn.cudnnCreateConvolutionDescriptor(convolution));
    check(
        JCudnn.cudnnSetConvolutionNdDescriptor(
            convolution,
            2,
            new int[] {0, 0},
            new int[] {1, 1},
            new int[] {1, 1},
            cudnnConvolutionMode.CUDNN_CROSS_CORRELATION,
            CUDNN_DATA_FLOAT));
    final cudnnActivationDescriptor relu = new cudnnActivationDescriptor();
    check(JCudnn.cudnnCreateActivationDescriptor(relu));
    check(
        JCudnn.cudnnSetActivationDescriptor(relu, cudnnActivationMode.CUDNN_ACTIVATION_RELU, 0, 0));

    CUdeviceptr image = upload(1, 2, 3, 4, 5, 6, 7, 8, 9);
    CUdeviceptr filter = upload(1, 0, 0, 2);
    CUdeviceptr out = allocate(16);
    int algorithm = cudnnConvolutionFwdAlgo.CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM;
    long[] bytes = {0};
    check(
        JCudnn.cudnnGetConvolutionForwardWorkspaceSize(
            handle, x, w, convolution, y, algorithm, bytes));
    CUdeviceptr workspace = allocate(bytes[0]);
    // The default math would round to TF32.
    assertThat(forward(x, image, w, filter, convolution, algorithm, workspace, bytes[0], y, out))
        .isEqualTo(NOT_SUPPORTED);
    check(JCudnn.cudnnSetConvolutionMathType(convolution, CUDNN_FMA_MATH));
    assertThat(
            forward(x, image, w, filter, convolution, algorithm, workspace, bytes[0] - 1, y, out))
        .isEqualTo(BAD_PARAM);
    check(forward(x, image, w, filter, convolution, algorithm, workspace, bytes[0], y, out));
    assertThat(result(out, 4)).containsExactly(11, 14, 20, 23);

    check(
        JCudnn.cudnnConvolutionBiasActivationForward(
            handle,
            ONE,
            x,
            image,
            w,
            filter,
            convolution,
            algorithm,
            workspace,
            bytes[0],
            ZERO,
            y,
            out,
            bias,
            upload(-14),
            relu,
            y,
            out));
    assertThat(result(out, 4)).containsExactly(0, 0, 6, 9);

    cudnnConvolutionBwdFilterAlgoPerf[] found =
        Stream.generate(cudnnConvolutionBwdFilterAlgoPerf::new)
            .limit(8)
            .toArray(cudnnConvolutionBwdFilterAlgoPerf[]::new);
    int[] count = {0};
    check(
        JCudnn.cudnnGetConvolutionBackwardFilterAlgorithm_v7(
            handle, x, y, convolution, w, found.length, count, found));
    assertThat(count[0]).isEqualTo(3);
    assertThat(Arrays.stream(found, 0, 3).mapToInt(f -> f.algo)).containsExactly(0, 3, 1);
    assertThat(Arrays.stream(found, 0, 3).mapToInt(f -> f.determinism)).containsExactly(0, 0, 1);
    assertThat(found[2].memory).isPositive();
    assertThat(found[2].mathType).isEqualTo(CUDNN_FMA_MATH);

    destroy(x, y, bias);
    check(JCudnn.cudnnDestroyFilterDescriptor(w));
    check(JCudnn.cudnnDestroyConvolutionDescriptor(convolution));
    check(JCudnn.cudnnDestroyActivationDescriptor(relu));
  }

  private int forward(
      cudnnTensorDescriptor x,
      CUdeviceptr image,
      cudnnFilterDescriptor w,
      CUdeviceptr filter,
      cudnnConvolutionDescriptor convolution,
      int algorithm,
      CUdeviceptr workspace,
      long bytes,
      cudnnTensorDescriptor y,
      CUdeviceptr out) {
    return JCudnn.cudnnConvolutionForward(
        handle, ONE, x, image, w, filter, convolution, algorithm, workspace, bytes, ZERO, y, out);
  }

  @Test
  void poolingAndSoftmaxWaitForTheirStream() {
    Knob.LAZY.set(1);
    cudnnTensorDescriptor x = tensor(1, 1, 2, 4);
    cudnnTensorDescriptor y = tensor(1, 1, 1, 2);
    cudnnPoolingDescriptor pooling = new cudnnPoolingDescriptor();
    check(JCudnn.cudnnCreatePoolingDescriptor(pooling));
    check(
        JCudnn.cudnnSetPoolingNdDescriptor(
            pooling,
            cudnnPoolingMode.CUDNN_POOLING_MAX_DETERMINISTIC,
            0,
            2,
            new int[] {2, 2},
            new int[] {0, 0},
            new int[] {2, 2}));
    CUdeviceptr pooled = upload(-1, -1);
    CUdeviceptr probabilities = allocate(8);
    check(
        JCudnn.cudnnPoolingForward(
            handle, pooling, ONE, x, upload(1, 2, 7, 4, 5, 3, 0, 8), ZERO, y, pooled));
    check(
        JCudnn.cudnnSoftmaxForward(
            handle,
            cudnnSoftmaxAlgorithm.CUDNN_SOFTMAX_ACCURATE,
            cudnnSoftmaxMode.CUDNN_SOFTMAX_MODE_INSTANCE,
            ONE,
            y,
            pooled,
            ZERO,
            y,
            probabilities));
    // The descriptors are no longer needed when the work runs.
    destroy(x, y);
    check(JCudnn.cudnnDestroyPoolingDescriptor(pooling));
    assertThat(download(pooled, 2)).containsExactly(-1, -1);
    float[] p = result(probabilities, 2);
    assertThat(download(pooled, 2)).containsExactly(5, 8);
    assertThat(p[1]).isCloseTo(0.95257413f, within(1e-6f));
  }

  @Test
  void batchNormalization() {
    cudnnTensorDescriptor x = tensor(2, 1, 1, 2);
    cudnnTensorDescriptor parameters = tensor(1, 1, 1, 1);
    CUdeviceptr y = allocate(16);
    CUdeviceptr mean = upload(100);
    check(
        JCudnn.cudnnBatchNormalizationForwardTraining(
            handle,
            cudnnBatchNormMode.CUDNN_BATCHNORM_SPATIAL,
            ONE,
            ZERO,
            x,
            upload(1, 3, 5, 7),
            x,
            y,
            parameters,
            upload(3),
            upload(10),
            0.25,
            mean,
            upload(1),
            4,
            null,
            null));
    assertThat(result(y, 4)).containsExactly(new float[] {7, 9, 11, 13}, within(1e-5f));
    assertThat(download(mean, 1)).containsExactly(76);
    destroy(x, parameters);
  }

  /** One LSTM unit and one step whose gates are all but open or shut. */
  @Test
  void lstm() {
    cudnnDropoutDescriptor dropout = new cudnnDropoutDescriptor();
    check(JCudnn.cudnnCreateDropoutDescriptor(dropout));
    check(JCudnn.cudnnSetDropoutDescriptor(dropout, handle, 0, new Pointer(), 0, 0));
    cudnnRNNDescriptor rnn = new cudnnRNNDescriptor();
    check(JCudnn.cudnnCreateRNNDescriptor(rnn));
    int lstm = 2;
    int doubleBias = 2;
    check(
        JCudnn.cudnnSetRNNDescriptor_v8(
            rnn,
            0,
            lstm,
            doubleBias,
            0,
            0,
            CUDNN_DATA_FLOAT,
            CUDNN_DATA_FLOAT,
            CUDNN_FMA_MATH,
            1,
            1,
            1,
            1,
            dropout,
            1));
    cudnnRNNDataDescriptor data = new cudnnRNNDataDescriptor();
    check(JCudnn.cudnnCreateRNNDataDescriptor(data));
    check(
        JCudnn.cudnnSetRNNDataDescriptor(
            data, CUDNN_DATA_FLOAT, 0, 1, 1, 1, new int[] {1}, single(0)));
    final cudnnTensorDescriptor state = tensor(1, 1, 1);
    long[] weightBytes = {0};
    check(JCudnn.cudnnGetRNNWeightSpaceSize(handle, rnn, weightBytes));
    assertThat(weightBytes[0]).isEqualTo(4 * 16);
    long[] workspaceBytes = {0};
    long[] reserveBytes = {0};
    check(JCudnn.cudnnGetRNNTempSpaceSizes(handle, rnn, 1, data, workspaceBytes, reserveBytes));

    CUdeviceptr weights = upload(new float[16]);
    bias(rnn, weights, weightBytes[0], 0, 100); // input: open
    bias(rnn, weights, weightBytes[0], 1, -100); // forget everything
    bias(rnn, weights, weightBytes[0], 2, 0.5f); // new memory: tanh(0.5)
    bias(rnn, weights, weightBytes[0], 3, 100); // output: open
    CUdeviceptr y = allocate(4);
    CUdeviceptr hy = allocate(4);
    CUdeviceptr cy = allocate(4);
    check(
        JCudnn.cudnnRNNForward(
            handle,
            rnn,
            1,
            upload(Float.intBitsToFloat(1)),
            data,
            upload(3),
            data,
            y,
            state,
            upload(0),
            hy,
            state,
            upload(55),
            cy,
            weightBytes[0],
            weights,
            workspaceBytes[0],
            allocate(workspaceBytes[0]),
            reserveBytes[0],
            allocate(reserveBytes[0])));
    assertThat(result(cy, 1)[0]).isCloseTo(0.46211716f, within(1e-6f));
    assertThat(result(y, 1)[0]).isCloseTo(0.43180817f, within(1e-6f));
    assertThat(result(hy, 1)).isEqualTo(result(y, 1));

    destroy(state);
    check(JCudnn.cudnnDestroyRNNDataDescriptor(data));
    check(JCudnn.cudnnDestroyRNNDescriptor(rnn));
    check(JCudnn.cudnnDestroyDropoutDescriptor(dropout));
  }

  /** Writes a bias where the library says that it lies. */
  private void bias(
      cudnnRNNDescriptor rnn, CUdeviceptr weights, long bytes, int gate, float value) {
    cudnnTensorDescriptor matrix = new cudnnTensorDescriptor();
    cudnnTensorDescriptor bias = new cudnnTensorDescriptor();
    check(JCudnn.cudnnCreateTensorDescriptor(matrix));
    check(JCudnn.cudnnCreateTensorDescriptor(bias));
    // JCuda writes the addresses into the pointers themselves, not to where they point.
    CUdeviceptr matrixAddress = new CUdeviceptr();
    CUdeviceptr biasAddress = new CUdeviceptr();
    check(
        JCudnn.cudnnGetRNNWeightParams(
            handle, rnn, 0, bytes, weights, gate, matrix, matrixAddress, bias, biasAddress));
    int[] rank = {0};
    int[] dims = new int[3];
    check(JCudnn.cudnnGetTensorNdDescriptor(bias, 3, new int[1], rank, dims, new int[3]));
    assertThat(rank[0]).isEqualTo(3);
    assertThat(dims).containsExactly(1, 1, 1);
    check(JCudaDriver.cuMemcpyHtoD(biasAddress, Pointer.to(new float[] {value}), Float.BYTES));
    destroy(matrix, bias);
  }
}
