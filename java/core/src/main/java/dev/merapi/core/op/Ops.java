package dev.merapi.core.op;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.contraction.AttentionMask;
import dev.merapi.core.op.contraction.MatMul;
import dev.merapi.core.op.contraction.ScaledDotProductAttention;
import dev.merapi.core.op.elementwise.Binary;
import dev.merapi.core.op.elementwise.Cast;
import dev.merapi.core.op.elementwise.Elu;
import dev.merapi.core.op.elementwise.Gelu;
import dev.merapi.core.op.elementwise.LeakyRelu;
import dev.merapi.core.op.elementwise.Relu;
import dev.merapi.core.op.elementwise.Select;
import dev.merapi.core.op.elementwise.Silu;
import dev.merapi.core.op.elementwise.StopGradient;
import dev.merapi.core.op.elementwise.Unary;
import dev.merapi.core.op.movement.Broadcast;
import dev.merapi.core.op.movement.Concat;
import dev.merapi.core.op.movement.Gather;
import dev.merapi.core.op.movement.OneHot;
import dev.merapi.core.op.movement.Pad;
import dev.merapi.core.op.movement.Range;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.op.movement.ReverseSequence;
import dev.merapi.core.op.movement.Slice;
import dev.merapi.core.op.movement.Transpose;
import dev.merapi.core.op.normalization.BatchNorm;
import dev.merapi.core.op.normalization.LayerNorm;
import dev.merapi.core.op.normalization.LocalResponseNorm;
import dev.merapi.core.op.normalization.LogSoftmax;
import dev.merapi.core.op.normalization.Softmax;
import dev.merapi.core.op.normalization.SoftmaxCrossEntropy;
import dev.merapi.core.op.random.Dropout;
import dev.merapi.core.op.random.RandomNormal;
import dev.merapi.core.op.random.RandomUniform;
import dev.merapi.core.op.recurrent.Gru;
import dev.merapi.core.op.recurrent.Lstm;
import dev.merapi.core.op.recurrent.Rnn;
import dev.merapi.core.op.recurrent.Scan;
import dev.merapi.core.op.reduction.ArgMax;
import dev.merapi.core.op.reduction.Reduce;
import dev.merapi.core.op.reduction.ReduceFunction;
import dev.merapi.core.op.reduction.SumOfSquares;
import dev.merapi.core.op.window.AvgPool2d;
import dev.merapi.core.op.window.Conv2d;
import dev.merapi.core.op.window.Conv2dGradInput;
import dev.merapi.core.op.window.MaxPool2d;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.UnaryFunction;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * All ops as functions of values, to be imported statically: {@code relu(add(matMul(x, weight),
 * bias))}. The records behind them say shapes, formulas and sources.
 */
public final class Ops {
  private Ops() {}

  // elementwise: inputs are broadcast by NumPy's rule

  public static Value add(Value a, Value b) {
    return Binary.of(BinaryFunction.ADD, a, b);
  }

  public static Value add(Value a, double b) {
    return Binary.of(BinaryFunction.ADD, a, b);
  }

  public static Value sub(Value a, Value b) {
    return Binary.of(BinaryFunction.SUB, a, b);
  }

  public static Value sub(Value a, double b) {
    return Binary.of(BinaryFunction.SUB, a, b);
  }

  public static Value mul(Value a, Value b) {
    return Binary.of(BinaryFunction.MUL, a, b);
  }

  public static Value mul(Value a, double b) {
    return Binary.of(BinaryFunction.MUL, a, b);
  }

  public static Value div(Value a, Value b) {
    return Binary.of(BinaryFunction.DIV, a, b);
  }

  public static Value div(Value a, double b) {
    return Binary.of(BinaryFunction.DIV, a, b);
  }

  public static Value pow(Value a, Value b) {
    return Binary.of(BinaryFunction.POW, a, b);
  }

  public static Value pow(Value a, double b) {
    return Binary.of(BinaryFunction.POW, a, b);
  }

  public static Value min(Value a, Value b) {
    return Binary.of(BinaryFunction.MIN, a, b);
  }

  public static Value min(Value a, double b) {
    return Binary.of(BinaryFunction.MIN, a, b);
  }

  public static Value max(Value a, Value b) {
    return Binary.of(BinaryFunction.MAX, a, b);
  }

  public static Value max(Value a, double b) {
    return Binary.of(BinaryFunction.MAX, a, b);
  }

  /** 1 where a is below b, else 0. */
  public static Value less(Value a, Value b) {
    return Binary.of(BinaryFunction.LESS, a, b);
  }

  /** 1 where a is below or equal to b, else 0. */
  public static Value lessEqual(Value a, Value b) {
    return Binary.of(BinaryFunction.LESS_EQUAL, a, b);
  }

  public static Value lessEqual(Value a, double b) {
    return Binary.of(BinaryFunction.LESS_EQUAL, a, b);
  }

  /** 1 where a is above b, else 0. */
  public static Value greater(Value a, Value b) {
    return Binary.of(BinaryFunction.GREATER, a, b);
  }

  public static Value greater(Value a, double b) {
    return Binary.of(BinaryFunction.GREATER, a, b);
  }

  /** 1 where a is above or equal to b, else 0. */
  public static Value greaterEqual(Value a, Value b) {
    return Binary.of(BinaryFunction.GREATER_EQUAL, a, b);
  }

  public static Value greaterEqual(Value a, double b) {
    return Binary.of(BinaryFunction.GREATER_EQUAL, a, b);
  }

  /** 1 where a equals b, else 0. */
  public static Value equal(Value a, Value b) {
    return Binary.of(BinaryFunction.EQUAL, a, b);
  }

  /** 1 where a differs from b, else 0. */
  public static Value notEqual(Value a, Value b) {
    return Binary.of(BinaryFunction.NOT_EQUAL, a, b);
  }

  /** a where the condition is not 0, else b. */
  public static Value select(Value condition, Value a, Value b) {
    return Select.of(condition, a, b);
  }

  public static Value neg(Value x) {
    return Unary.of(UnaryFunction.NEG, x);
  }

  public static Value abs(Value x) {
    return Unary.of(UnaryFunction.ABS, x);
  }

  public static Value sign(Value x) {
    return Unary.of(UnaryFunction.SIGN, x);
  }

  public static Value floor(Value x) {
    return Unary.of(UnaryFunction.FLOOR, x);
  }

  /** 1 for finite numbers, 0 for NaN and the infinities. */
  public static Value isFinite(Value x) {
    return Unary.of(UnaryFunction.IS_FINITE, x);
  }

  public static Value exp(Value x) {
    return Unary.of(UnaryFunction.EXP, x);
  }

  public static Value log(Value x) {
    return Unary.of(UnaryFunction.LOG, x);
  }

  public static Value sqrt(Value x) {
    return Unary.of(UnaryFunction.SQRT, x);
  }

  public static Value rsqrt(Value x) {
    return Unary.of(UnaryFunction.RSQRT, x);
  }

  public static Value sin(Value x) {
    return Unary.of(UnaryFunction.SIN, x);
  }

  public static Value cos(Value x) {
    return Unary.of(UnaryFunction.COS, x);
  }

  public static Value square(Value x) {
    return mul(x, x);
  }

  public static Value tanh(Value x) {
    return Unary.of(UnaryFunction.TANH, x);
  }

  public static Value sigmoid(Value x) {
    return Unary.of(UnaryFunction.SIGMOID, x);
  }

  public static Value erf(Value x) {
    return Unary.of(UnaryFunction.ERF, x);
  }

  public static Value softplus(Value x) {
    return Unary.of(UnaryFunction.SOFTPLUS, x);
  }

  public static Value relu(Value x) {
    return Relu.of(x);
  }

  public static Value leakyRelu(Value x, double slope) {
    return LeakyRelu.of(x, slope);
  }

  public static Value elu(Value x, double alpha) {
    return Elu.of(x, alpha);
  }

  public static Value gelu(Value x) {
    return Gelu.of(x);
  }

  public static Value silu(Value x) {
    return Silu.of(x);
  }

  /** The value itself, which counts as a constant in gradients. */
  public static Value stopGradient(Value x) {
    return StopGradient.of(x);
  }

  public static Value cast(Value x, DType to) {
    return Cast.of(x, to);
  }

  // reduction: no axes means all; negative axes count from the last

  public static Value sum(Value x, int... axes) {
    return Reduce.of(ReduceFunction.SUM, x, false, axes);
  }

  /** The sum with reduced axes kept at size 1. */
  public static Value sumKeepDims(Value x, int... axes) {
    return Reduce.of(ReduceFunction.SUM, x, true, axes);
  }

  /** The sum of the squares of all elements of all values. */
  public static Value sumOfSquares(List<Value> values) {
    return SumOfSquares.of(values);
  }

  public static Value mean(Value x, int... axes) {
    Value sum = sum(x, axes);
    return mul(sum, (double) sum.shape().elements() / x.shape().elements());
  }

  /** The mean with reduced axes kept at size 1. */
  public static Value meanKeepDims(Value x, int... axes) {
    Value sum = sumKeepDims(x, axes);
    return mul(sum, (double) sum.shape().elements() / x.shape().elements());
  }

  public static Value reduceMax(Value x, int... axes) {
    return Reduce.of(ReduceFunction.MAX, x, false, axes);
  }

  public static Value reduceMin(Value x, int... axes) {
    return Reduce.of(ReduceFunction.MIN, x, false, axes);
  }

  /** The index of the largest element along an axis, which is removed; the first one of equals. */
  public static Value argMax(Value x, int axis) {
    return ArgMax.of(x, axis);
  }

  // contraction

  public static Value matMul(Value a, Value b) {
    return MatMul.of(a, b, false, false);
  }

  /** The product of matrices that are stored transposed or not. */
  public static Value matMul(Value a, Value b, boolean transposeA, boolean transposeB) {
    return MatMul.of(a, b, transposeA, transposeB);
  }

  /** softmax(Q K^T / sqrt(d)) V for [..., T, d], [..., S, d] and [..., S, e]. */
  public static Value scaledDotProductAttention(
      Value query, Value key, Value value, boolean causal) {
    return ScaledDotProductAttention.of(query, key, value, Optional.empty(), causal);
  }

  /** As above, with a mask that is added to the scores [..., T, S]. */
  public static Value scaledDotProductAttention(
      Value query, Value key, Value value, Value mask, boolean causal) {
    return ScaledDotProductAttention.of(query, key, value, Optional.of(mask), causal);
  }

  /** A mask [N, S] for attention, in which sample n sees its first lengths[n] of S keys. */
  public static Value lengthMask(Value lengths, int keys, DType dtype) {
    return AttentionMask.lengths(lengths, keys, dtype);
  }

  // window: N C H W

  /** Convolves x [N, C, H, W] with weight [O, C / groups, kernelH, kernelW]. */
  public static Value conv2d(Value x, Value weight, Window2d window, int groups) {
    return Conv2d.of(x, weight, window, groups);
  }

  /** Spreads x [N, O, H, W] over larger images, with weight [O, C / groups, kernelH, kernelW]. */
  public static Value convTranspose2d(
      Value x, Value weight, Window2d window, int groups, int outputPadding) {
    return Conv2dGradInput.transposed(x, weight, window, groups, outputPadding);
  }

  public static Value maxPool2d(Value x, Window2d window) {
    return MaxPool2d.of(x, window);
  }

  public static Value avgPool2d(Value x, Window2d window) {
    return AvgPool2d.of(x, window);
  }

  // normalization

  public static Value softmax(Value x, int axis) {
    return Softmax.of(x, axis);
  }

  public static Value logSoftmax(Value x, int axis) {
    return LogSoftmax.of(x, axis);
  }

  /** The loss of each row of logits [N, classes] for labels I32 [N]. */
  public static Value softmaxCrossEntropy(Value logits, Value labels) {
    return SoftmaxCrossEntropy.of(logits, labels);
  }

  /** Normalizes by the batch's statistics: (y, mean [C], invStd [C]) for x [N, C, ...]. */
  public static List<Value> batchNorm(Value x, Value scale, Value bias, double epsilon) {
    return BatchNorm.of(x, scale, bias, epsilon);
  }

  /** Normalizes x [N, C, ...] by given statistics [C]. */
  public static Value batchNormInference(
      Value x, Value scale, Value bias, Value mean, Value variance, double epsilon) {
    return BatchNorm.inference(x, scale, bias, mean, variance, epsilon);
  }

  /** Normalizes over as many of the last axes as scale and bias have. */
  public static Value layerNorm(Value x, Value scale, Value bias, double epsilon) {
    return LayerNorm.of(x, scale, bias, epsilon).get(0);
  }

  public static Value localResponseNorm(Value x, int size, double alpha, double beta, double k) {
    return LocalResponseNorm.of(x, size, alpha, beta, k);
  }

  // recurrent: T N H, with a packed weight and initial states [layers * directions, N, hidden]

  /** Runs an LSTM over x [T, N, in]: (y, hN, cN, and what the backward op needs). */
  public static List<Value> lstm(Lstm stack, Value x, Value weight, Value h0, Value c0) {
    return Lstm.of(stack, x, weight, h0, c0);
  }

  /** Runs a GRU over x [T, N, in]: (y, hN, and what the backward op needs). */
  public static List<Value> gru(Gru stack, Value x, Value weight, Value h0) {
    return Gru.of(stack, x, weight, h0);
  }

  /** Runs a plain RNN over x [T, N, in]: (y, hN, and what the backward op needs). */
  public static List<Value> rnn(Rnn stack, Value x, Value weight, Value h0) {
    return Rnn.of(stack, x, weight, h0);
  }

  /** Runs a body at every place of sequences [T, ...], carrying states from place to place. */
  public static Scan.Carried scan(List<Value> states, List<Value> sequences, Scan.Body body) {
    return Scan.of(states, sequences, body);
  }

  // random

  /** Numbers in [0, 1), fresh in every step. */
  public static Value randomUniform(Graph graph, Shape shape, DType dtype) {
    return RandomUniform.of(graph, shape, dtype);
  }

  /** Standard normal numbers, fresh in every step. */
  public static Value randomNormal(Graph graph, Shape shape, DType dtype) {
    return RandomNormal.of(graph, shape, dtype);
  }

  public static Value dropout(Value x, double rate) {
    return Dropout.of(x, rate);
  }

  // movement: negative axes count from the last

  public static Value reshape(Value x, int... dims) {
    return Reshape.of(x, Shape.of(dims));
  }

  public static Value broadcast(Value x, Shape shape) {
    return Broadcast.of(x, shape);
  }

  /** Axis i of the result is axis {@code permutation[i]} of x. */
  public static Value transpose(Value x, int... permutation) {
    return Transpose.of(x, IntStream.of(permutation).boxed().toList());
  }

  /** The elements from starts (inclusive) to ends (exclusive), one of each for every axis. */
  public static Value slice(Value x, List<Integer> starts, List<Integer> ends) {
    return Slice.of(x, starts, ends);
  }

  public static Value slice(
      Value x, List<Integer> starts, List<Integer> ends, List<Integer> steps) {
    return Slice.of(x, starts, ends, steps);
  }

  /** Puts copies of a value before and after the elements of every axis. */
  public static Value pad(Value x, List<Integer> before, List<Integer> after, double value) {
    return Pad.of(x, before, after, value);
  }

  public static Value concat(int axis, Value... values) {
    return Concat.of(axis, List.of(values));
  }

  /** The entries of axis 0 that indices name: an embedding lookup. */
  public static Value gather(Value x, Value indices) {
    return Gather.of(x, indices, 0);
  }

  public static Value gather(Value x, Value indices, int axis) {
    return Gather.of(x, indices, axis);
  }

  public static Value oneHot(Value indices, int depth, DType dtype) {
    return OneHot.of(indices, depth, dtype);
  }

  /** Turns each sequence of x [T, N, ...] round, up to its length in I32 [N]. */
  public static Value reverseSequence(Value x, Value lengths) {
    return ReverseSequence.of(x, lengths);
  }

  /** The numbers from 0 to count - 1, at most 2^24 of them, as a vector. */
  public static Value range(Graph graph, DType dtype, int count) {
    return Range.of(graph, dtype, count);
  }
}
