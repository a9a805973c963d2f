package dev.merapi.backend.reference;

import dev.merapi.core.op.normalization.BatchNorm;
import dev.merapi.core.op.normalization.BatchNormGrad;
import dev.merapi.core.op.normalization.LayerNorm;
import dev.merapi.core.op.normalization.LayerNormGrad;
import dev.merapi.core.tensor.Positions;
import dev.merapi.core.tensor.Shape;
import java.util.Arrays;

/**
 * Batch and layer normalization with their gradients. The two differ only in which statistic and
 * which parameter an element of x belongs to, and that is looked up.
 */
final class NormalizationKernels {
  private NormalizationKernels() {}

  static void register(KernelTable table) {
    table.add(
        BatchNorm.class,
        (op, in, out) -> Groups.perChannel(in.get(0).shape()).forward(op.epsilon()));
    table.add(
        BatchNormGrad.class, (op, in, out) -> Groups.perChannel(in.get(1).shape()).backward());
    table.add(
        LayerNorm.class,
        (op, in, out) -> Groups.trailing(in.get(0).shape(), op.axes()).forward(op.epsilon()));
    table.add(
        LayerNormGrad.class,
        (op, in, out) -> Groups.trailing(in.get(1).shape(), op.axes()).backward());
  }

  /** For each element of x, the statistic and the parameter that it belongs to. */
  private static final class Groups {
    private final int elements;
    private final int[] statistic;
    private final int[] parameter;
    private final int statistics;
    private final int parameters;

    /** The views are shapes that broadcast to x. */
    Groups(Shape x, Shape statisticsView, Shape parametersView) {
      elements = x.elements();
      statistic = Positions.broadcast(statisticsView, x);
      parameter = Positions.broadcast(parametersView, x);
      statistics = statisticsView.elements();
      parameters = parametersView.elements();
    }

    static Groups perChannel(Shape x) {
      return new Groups(x, BatchNorm.perChannel(x), BatchNorm.perChannel(x));
    }

    static Groups trailing(Shape x, int axes) {
      int lead = x.rank() - axes;
      int[] ones = new int[axes];
      Arrays.fill(ones, 1);
      return new Groups(x, x.slice(0, lead).concat(Shape.of(ones)), x.slice(lead, x.rank()));
    }

    /** x, scale, bias -> y, mean, invStd. */
    ReferenceKernel forward(double epsilon) {
      double[] mean = new double[statistics];
      double[] invStd = new double[statistics];
      double size = (double) elements / statistics;
      return (in, out) -> {
        Arrays.fill(mean, 0);
        Arrays.fill(invStd, 0);
        for (int i = 0; i < elements; i++) {
          mean[statistic[i]] += in[0].get(i) / size;
        }
        for (int i = 0; i < elements; i++) {
          double centered = in[0].get(i) - mean[statistic[i]];
          invStd[statistic[i]] += centered * centered / size;
        }
        for (int s = 0; s < statistics; s++) {
          invStd[s] = 1 / Math.sqrt(invStd[s] + epsilon);
          out[1].set(s, mean[s]);
          out[2].set(s, invStd[s]);
        }
        for (int i = 0; i < elements; i++) {
          double standard = (in[0].get(i) - mean[statistic[i]]) * invStd[statistic[i]];
          out[0].set(i, standard * in[1].get(parameter[i]) + in[2].get(parameter[i]));
        }
      };
    }

    /** gradOutput, x, scale, mean, invStd -> gradX, gradScale, gradBias. */
    ReferenceKernel backward() {
      double[] mean = new double[statistics];
      double[] slope = new double[statistics];
      double[] gradScale = new double[parameters];
      double[] gradBias = new double[parameters];
      double size = (double) elements / statistics;
      return (in, out) -> {
        Arrays.fill(mean, 0);
        Arrays.fill(slope, 0);
        Arrays.fill(gradScale, 0);
        Arrays.fill(gradBias, 0);
        for (int i = 0; i < elements; i++) {
          double grad = in[0].get(i);
          double scaled = grad * in[2].get(parameter[i]);
          double standard = standard(in, i);
          mean[statistic[i]] += scaled / size;
          slope[statistic[i]] += scaled * standard / size;
          gradScale[parameter[i]] += grad * standard;
          gradBias[parameter[i]] += grad;
        }
        for (int i = 0; i < elements; i++) {
          int s = statistic[i];
          double scaled = in[0].get(i) * in[2].get(parameter[i]);
          double grad = scaled - mean[s] - standard(in, i) * slope[s];
          out[0].set(i, grad * in[4].get(s));
        }
        for (int p = 0; p < parameters; p++) {
          out[1].set(p, gradScale[p]);
          out[2].set(p, gradBias[p]);
        }
      };
    }

    /** (x - mean) invStd. */
    private double standard(Cells[] in, int i) {
      return (in[1].get(i) - in[3].get(statistic[i])) * in[4].get(statistic[i]);
    }
  }
}
