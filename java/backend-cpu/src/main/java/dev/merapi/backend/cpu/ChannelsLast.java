package dev.merapi.backend.cpu;

import dev.merapi.core.graph.Op;
import dev.merapi.core.graph.Value;
import dev.merapi.core.graph.Window;
import dev.merapi.core.op.movement.Broadcast;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.op.movement.Transpose;
import dev.merapi.core.op.window.Conv2d;
import dev.merapi.core.op.window.Conv2dGradFilter;
import dev.merapi.core.op.window.Conv2dGradInput;
import dev.merapi.core.pass.epilogue.ConvolutionWithBias;
import dev.merapi.core.pass.epilogue.FilterAndBiasGrad;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * An op on images N C H W as an op on images N H W C, the order that oneDNN computes in without
 * reordering. What is no image, such as the filters of a convolution, lies as before.
 *
 * @param op the op on N C H W
 */
record ChannelsLast(Op op) implements Window {
  private static final List<Integer> TO_LAST = List.of(0, 2, 3, 1);
  private static final List<Integer> TO_FIRST = List.of(0, 3, 1, 2);

  /** Where an axis of N C H W is in N H W C. */
  static int axis(int channelsFirst) {
    return TO_LAST.indexOf(channelsFirst);
  }

  /** Numbers of the axes N C H W in the order N H W C. */
  static List<Integer> order(List<Integer> channelsFirst) {
    return TO_LAST.stream().map(channelsFirst::get).toList();
  }

  /** The same images with their channels last; a move that a former one undoes is not made. */
  static Value toLast(Value images) {
    if (isFromLast(images)) {
      return images.node().inputs().get(0);
    }
    if (images.op() instanceof Broadcast && images.node().inputs().get(0).shape().rank() == 4) {
      // What is moved is what is repeated: the gradient of a global pooling is one pixel.
      return Broadcast.of(toLast(images.node().inputs().get(0)), toLast(images.shape()));
    }
    return move(images, toLast(images.shape()), TO_LAST);
  }

  /** The same images with their channels first again. */
  static Value toFirst(Value images) {
    return move(images, toFirst(images.shape()), TO_FIRST);
  }

  /** With one channel, or one pixel, both orders are the same bytes. */
  private static Value move(Value images, Shape moved, List<Integer> permutation) {
    Shape first = permutation.equals(TO_LAST) ? images.shape() : moved;
    boolean sameBytes = first.dim(1) == 1 || first.dim(2) * first.dim(3) == 1;
    return sameBytes ? Reshape.of(images, moved) : Transpose.of(images, permutation);
  }

  /** Whether these are images whose channels were last. */
  static boolean isFromLast(Value images) {
    return images.op() instanceof Transpose transpose && transpose.permutation().equals(TO_FIRST);
  }

  /** Whether a transposition moves the channels of N C H W to the end. */
  static boolean isToLast(Transpose transpose) {
    return transpose.permutation().equals(TO_LAST);
  }

  static Shape toLast(Shape shape) {
    return Shape.of(shape.dim(0), shape.dim(2), shape.dim(3), shape.dim(1));
  }

  private static Shape toFirst(Shape shape) {
    return Shape.of(shape.dim(0), shape.dim(3), shape.dim(1), shape.dim(2));
  }

  /** Whether an input of the op is a batch of images: all but filters and biases are. */
  boolean takesImages(int input, Shape shape) {
    boolean filtered =
        op instanceof Conv2d || op instanceof ConvolutionWithBias || op instanceof Conv2dGradInput;
    boolean filterOrBias = filtered && (input == 1 || input == 2);
    return !filterOrBias && shape.rank() == 4;
  }

  /** The inputs' types with the channels first. */
  List<TensorType> channelsFirst(List<TensorType> inputs) {
    List<TensorType> first = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      TensorType type = inputs.get(i);
      Shape shape = type.shape();
      first.add(takesImages(i, shape) ? type.withShape(toFirst(shape)) : type);
    }
    return first;
  }

  /** The outputs' types with the channels first. */
  List<TensorType> channelsFirstOutputs(List<TensorType> outputs) {
    return makesImages()
        ? outputs.stream().map(type -> type.withShape(toFirst(type.shape()))).toList()
        : outputs;
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    List<TensorType> types = op.inferTypes(channelsFirst(inputs));
    return makesImages()
        ? types.stream().map(type -> type.withShape(toLast(type.shape()))).toList()
        : types;
  }

  /** Whether the op's outputs are images; else they are gradients of filters. */
  boolean makesImages() {
    return !(op instanceof Conv2dGradFilter || op instanceof FilterAndBiasGrad);
  }

  @Override
  public String name() {
    return op.name();
  }
}
