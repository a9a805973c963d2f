package dev.merapi.nn.model;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Name;
import dev.merapi.nn.Net;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.init.Initializer;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Flatten;
import dev.merapi.nn.layer.ScaledTanh;
import dev.merapi.nn.layer.Subsampling2d;
import dev.merapi.nn.layer.TableConv2d;
import java.util.List;

/**
 * LeNet-5 as it was published: subsampling with learned coefficients, the connection table of the
 * third layer, 1.7159 tanh(2/3 x) after every layer, and radial basis functions as output; the
 * paper's 60,000 parameters for 1x32x32. Source: LeCun, Bottou, Bengio and Haffner, "Gradient-based
 * learning applied to document recognition", Proceedings of the IEEE 86(11), 1998.
 *
 * <p>A logit is the negative squared distance of the 84 units from a code of -1 and 1 for the
 * class; {@code softmaxCrossEntropy} of them is the paper's criterion (equation 9) without its
 * constant for rubbish. The codes are not trained. They are drawn at random, which the paper names
 * beside its drawings of characters; any number of classes has some.
 *
 * @param inputShape the shape of one image [C, H, W], at least 28x28; below 32x32, zeros are put
 *     around it
 * @param classes the number of logits
 */
@Name("lenet5-1998")
public record Lenet1998(@Default("[1, 32, 32]") Shape inputShape, @Default("10") int classes)
    implements SequentialModel {
  private static final int SIDE = 32;

  /** Table I of the paper: the maps of S2 that each map of C3 sees. */
  private static final List<List<Integer>> TABLE =
      List.of(
          List.of(0, 1, 2),
          List.of(1, 2, 3),
          List.of(2, 3, 4),
          List.of(3, 4, 5),
          List.of(0, 4, 5),
          List.of(0, 1, 5),
          List.of(0, 1, 2, 3),
          List.of(1, 2, 3, 4),
          List.of(2, 3, 4, 5),
          List.of(0, 3, 4, 5),
          List.of(0, 1, 4, 5),
          List.of(0, 1, 2, 5),
          List.of(0, 1, 3, 4),
          List.of(1, 2, 4, 5),
          List.of(0, 2, 3, 5),
          List.of(0, 1, 2, 3, 4, 5));

  public Lenet1998 {
    Images.requireAtLeast(28, inputShape);
  }

  /** For handwritten digits in fields of 1x32x32. */
  public Lenet1998() {
    this(Shape.of(1, SIDE, SIDE), 10);
  }

  public Lenet1998 inputShape(Shape inputShape) {
    return new Lenet1998(inputShape, classes);
  }

  public Lenet1998 classes(int classes) {
    return new Lenet1998(inputShape, classes);
  }

  @Override
  public Sequential layers() {
    int side = Math.min(inputShape.dim(1), inputShape.dim(2));
    Layer squash = new ScaledTanh();
    return Sequential.of()
        .add("c1", new Conv2d(6, 5).padding(Math.max(0, (SIDE - side + 1) / 2)))
        .add(squash)
        .add("s2", new Subsampling2d(2))
        .add(squash)
        .add("c3", new TableConv2d(TABLE, 5))
        .add(squash)
        .add("s4", new Subsampling2d(2))
        .add(squash)
        .add("c5", new Conv2d(120, 5))
        .add(squash)
        .add(new Flatten())
        .add("f6", new Dense(84))
        .add(squash)
        .add("output", new Distances(classes));
  }

  /** Minus the squared distances of x [N, units] from the classes' codes [classes, units]. */
  private record Distances(int classes) implements Layer {
    @Override
    public Value build(Net net, Value x) {
      int units = x.shape().dim(1);
      Value codes = net.buffer("codes", Shape.of(classes, units), new Signs());
      Value differences = Ops.sub(Ops.reshape(x, x.shape().dim(0), 1, units), codes);
      return Ops.neg(Ops.sum(Ops.square(differences), 2));
    }
  }

  /** -1 or 1, with equal probabilities. */
  private record Signs() implements Initializer {
    @Override
    public HostTensor create(TensorType type, Philox.Key key) {
      HostTensor signs = HostTensor.zeros(type);
      for (int i = 0; i < signs.elements(); i++) {
        signs.set(i, Philox.bits(key, i, 0, 0) < 0 ? -1 : 1);
      }
      return signs;
    }
  }
}
