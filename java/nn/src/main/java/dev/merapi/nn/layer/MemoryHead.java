package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.movement.Pad;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.Shape;
import java.util.List;

/**
 * A head of a {@link NeuralTuringMachine} in a step: where it looks, and what it does there.
 *
 * <p>A memory is [N, slots, width]. The numbers of a head are, in this order, key, strength, gate,
 * shifts, sharpness and, if it writes, erase and add.
 *
 * @param numbers of all heads [N, ...]
 * @param first where this one's begin
 * @param width numbers in a slot
 * @param ring how it moves
 */
record MemoryHead(Value numbers, int first, int width, Ring ring) {
  /** Keeps cosines of empty slots and logarithms of weights of 0 finite. */
  private static final double SMALL = 1e-6;

  /** How many numbers say where a head looks. */
  static int readingNumbers(int width, int shift) {
    return width + 4 + 2 * shift;
  }

  /** How many numbers a head takes that writes, too. */
  static int writingNumbers(int width, int shift) {
    return readingNumbers(width, shift) + 2 * width;
  }

  /**
   * Slots in a ring.
   *
   * @param moves [slots, (2 shift + 1) slots]: what all moves together make of each slot
   * @param shift how many slots a head may move
   */
  record Ring(Value moves, int shift) {
    static Ring of(Value like, int slots, int shift) {
      Value ones = Constant.of(like.graph(), like.type().withShape(Shape.of(slots)), 1);
      // with as many zeros between them as there are slots, ones are the diagonal of a matrix
      Value diagonal = Pad.of(ones, List.of(0), List.of(0), List.of(slots), 0);
      Value still = Ops.reshape(diagonal, slots, slots);
      Value twice = Ops.concat(1, still, still);
      Value[] moves = new Value[2 * shift + 1];
      for (int i = 0; i < moves.length; i++) {
        int from = Math.floorMod(shift - i, slots);
        moves[i] = part(twice, from, from + slots);
      }
      return new Ring(Ops.concat(1, moves), shift);
    }

    /** out_i = sum over j from -shift to shift of shifts_(shift + j) weights_(i - j). */
    Value move(Value weights, Value shifts) {
      int batch = weights.shape().dim(0);
      int slots = weights.shape().dim(1);
      int count = 2 * shift + 1;
      Value moved = Ops.reshape(Ops.matMul(weights, moves), batch, count, slots);
      return Ops.reshape(Ops.matMul(Ops.reshape(shifts, batch, 1, count), moved), batch, slots);
    }
  }

  /** The weights [N, slots] of a head that had other ones before. */
  Value focus(Value memory, Value before) {
    int moves = 2 * ring.shift + 1;
    Value cosine = cosine(Ops.tanh(own(0, width)), memory);
    Value content = Ops.softmax(Ops.mul(Ops.softplus(own(width, 1)), cosine), 1);
    Value gate = Ops.sigmoid(own(width + 1, 1));
    Value mixed = Ops.add(before, Ops.mul(gate, Ops.sub(content, before)));
    Value moved = ring.move(mixed, Ops.softmax(own(width + 2, moves), 1));
    Value sharpness = Ops.add(Ops.softplus(own(width + 2 + moves, 1)), 1);
    Value sharp = Ops.pow(Ops.add(moved, SMALL), sharpness);
    return Ops.div(sharp, Ops.sumKeepDims(sharp, 1));
  }

  /** Some of the head's numbers. */
  private Value own(int from, int count) {
    return part(numbers, first + from, first + from + count);
  }

  /** The cosines [N, slots] of a key [N, width] with all slots. */
  private Value cosine(Value key, Value memory) {
    int batch = memory.shape().dim(0);
    int slots = memory.shape().dim(1);
    Value column = Ops.reshape(Ops.mul(key, perLength(key, 1)), batch, width, 1);
    Value products = Ops.reshape(Ops.matMul(memory, column), batch, slots);
    return Ops.mul(products, Ops.reshape(perLength(memory, 2), batch, slots));
  }

  /** One over the length along an axis, which is kept. */
  private static Value perLength(Value x, int axis) {
    return Ops.rsqrt(Ops.add(Ops.sumKeepDims(Ops.square(x), axis), SMALL));
  }

  /** What the slots hold, averaged with weights [N, slots]: [N, width]. */
  Value read(Value memory, Value weights) {
    Shape shape = weights.shape();
    Value row = Ops.reshape(weights, shape.dim(0), 1, shape.dim(1));
    return Ops.reshape(Ops.matMul(row, memory), shape.dim(0), width);
  }

  /** The memory after this head has erased and added with weights [N, slots]. */
  Value write(Value memory, Value weights) {
    int batch = weights.shape().dim(0);
    int where = readingNumbers(width, ring.shift);
    Value erase = Ops.reshape(Ops.sigmoid(own(where, width)), batch, 1, width);
    Value add = Ops.reshape(Ops.tanh(own(where + width, width)), batch, 1, width);
    Value column = Ops.reshape(weights, batch, weights.shape().dim(1), 1);
    return Ops.add(memory, Ops.mul(column, Ops.sub(add, Ops.mul(memory, erase))));
  }

  /** Columns of a matrix. */
  static Value part(Value x, int from, int to) {
    return Ops.slice(x, List.of(0, from), List.of(x.shape().dim(0), to));
  }
}
