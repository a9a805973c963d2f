package dev.merapi.backend.reference;

import dev.merapi.core.op.contraction.AttentionMask;
import dev.merapi.core.op.contraction.ScaledDotProductAttention;
import dev.merapi.core.op.contraction.ScaledDotProductAttentionGrad;
import dev.merapi.core.tensor.Positions;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.Arrays;
import java.util.List;

/** Attention and its gradients, query by query: no more than one row of scores at a time. */
final class AttentionKernels {
  private AttentionKernels() {}

  static void register(KernelTable table) {
    table.add(ScaledDotProductAttention.class, AttentionKernels::attention);
    table.add(ScaledDotProductAttentionGrad.class, AttentionKernels::gradients);
  }

  private static ReferenceKernel attention(
      ScaledDotProductAttention op, List<TensorType> inputs, List<TensorType> outputs) {
    Rows rows = new Rows(op, inputs);
    int features = outputs.get(0).shape().dim(-1);
    return (in, out) -> {
      for (int query = 0; query < rows.count; query++) {
        double logSumExp = rows.softmax(in[0], in[1], rows.masked ? in[3] : null, query);
        int values = rows.firstKey(query) * features;
        for (int e = 0; e < features; e++) {
          double sum = 0;
          for (int s = 0; s < rows.keys; s++) {
            sum += rows.weights[s] * in[2].get(values + s * features + e);
          }
          out[0].set(query * features + e, sum);
        }
        out[1].set(query, logSumExp);
      }
    };
  }

  private static ReferenceKernel gradients(
      ScaledDotProductAttentionGrad op, List<TensorType> inputs, List<TensorType> outputs) {
    ScaledDotProductAttention forward = new ScaledDotProductAttention(op.scale(), op.causal());
    List<TensorType> forwardInputs =
        inputs.size() > 6
            ? List.of(inputs.get(1), inputs.get(2), inputs.get(3), inputs.get(6))
            : inputs.subList(1, 4);
    Rows rows = new Rows(forward, forwardInputs);
    int features = inputs.get(3).shape().dim(-1);
    double[] byKey = new double[rows.keys * rows.features];
    double[] byValue = new double[rows.keys * features];
    return (in, out) -> {
      for (int query = 0; query < rows.count; query++) {
        if (query % rows.queries == 0) {
          Arrays.fill(byKey, 0);
          Arrays.fill(byValue, 0);
        }
        rows.softmax(in[1], in[2], rows.masked ? in[6] : null, query);
        rows.addByValue(in[0], query, features, byValue);
        double[] byScores = rows.byScores(in[0], in[3], in[4], query, features);
        rows.addByKey(in[1], query, byKey);
        rows.setByQuery(in[2], query, out[0]);
        if (op.byMask()) {
          store(byScores, out[3], query * rows.keys);
        }
        if ((query + 1) % rows.queries == 0) {
          store(byKey, out[1], rows.firstKey(query) * rows.features);
          store(byValue, out[2], rows.firstKey(query) * features);
        }
      }
    };
  }

  private static void store(double[] from, Cells to, int start) {
    for (int i = 0; i < from.length; i++) {
      to.set(start + i, from[i]);
    }
  }

  /** One query after the other, through all heads and samples. */
  private static final class Rows {
    final int queries;
    final int keys;
    final int features;
    final int count;
    final boolean masked;
    final double[] weights;
    private final double[] byScores;
    private final double scale;
    private final boolean causal;
    private final int[] maskAt;

    Rows(ScaledDotProductAttention op, List<TensorType> inputs) {
      Shape query = inputs.get(0).shape();
      queries = query.dim(-2);
      features = query.dim(-1);
      keys = inputs.get(1).shape().dim(-2);
      count = query.elements() / features;
      scale = op.scale();
      causal = op.causal();
      masked = inputs.size() > 3;
      maskAt =
          masked ? Positions.broadcast(inputs.get(3).shape(), query.with(-1, keys)) : new int[0];
      weights = new double[keys];
      byScores = new double[keys];
    }

    /** Where the keys of a query's head begin, counted in keys. */
    int firstKey(int query) {
      return query / queries * keys;
    }

    /** Leaves the weights of the keys in {@link #weights}; gives the logarithm of their sum. */
    double softmax(Cells query, Cells key, Cells mask, int row) {
      double max = Double.NEGATIVE_INFINITY;
      for (int s = 0; s < keys; s++) {
        double product = 0;
        for (int i = 0; i < features; i++) {
          product += query.get(row * features + i) * key.get((firstKey(row) + s) * features + i);
        }
        double score = product * scale + (masked ? mask.get(maskAt[row * keys + s]) : 0);
        weights[s] = causal && s > row % queries ? score + AttentionMask.HIDDEN : score;
        max = Math.max(max, weights[s]);
      }
      double sum = 0;
      for (int s = 0; s < keys; s++) {
        weights[s] = Math.exp(weights[s] - max);
        sum += weights[s];
      }
      for (int s = 0; s < keys; s++) {
        weights[s] /= sum;
      }
      return max + Math.log(sum);
    }

    void addByValue(Cells grad, int row, int size, double[] byValue) {
      for (int s = 0; s < keys; s++) {
        for (int e = 0; e < size; e++) {
          byValue[s * size + e] += weights[s] * grad.get(row * size + e);
        }
      }
    }

    double[] byScores(Cells grad, Cells value, Cells y, int row, int size) {
      double along = 0;
      for (int e = 0; e < size; e++) {
        along += grad.get(row * size + e) * y.get(row * size + e);
      }
      for (int s = 0; s < keys; s++) {
        double byWeight = 0;
        for (int e = 0; e < size; e++) {
          byWeight += grad.get(row * size + e) * value.get((firstKey(row) + s) * size + e);
        }
        byScores[s] = weights[s] * (byWeight - along);
      }
      return byScores;
    }

    void addByKey(Cells query, int row, double[] byKey) {
      for (int s = 0; s < keys; s++) {
        for (int i = 0; i < features; i++) {
          byKey[s * features + i] += scale * byScores[s] * query.get(row * features + i);
        }
      }
    }

    void setByQuery(Cells key, int row, Cells byQuery) {
      for (int i = 0; i < features; i++) {
        double sum = 0;
        for (int s = 0; s < keys; s++) {
          sum += byScores[s] * key.get((firstKey(row) + s) * features + i);
        }
        byQuery.set(row * features + i, scale * sum);
      }
    }
  }
}
