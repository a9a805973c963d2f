package dev.merapi.backend.cpu;

import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.scalar.UnaryFunction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Scalar expressions as a list of instructions on registers, where a register is a tile: each part
 * that expressions share is computed once, and a register is used again when its value is needed no
 * more, so that all of them stay in cache.
 */
final class Tape {
  private final List<Instruction> instructions = new ArrayList<>();
  private final List<ScalarExpr> exprs = new ArrayList<>();
  private final Map<ScalarExpr, Integer> values = new HashMap<>();
  private final int arity;
  private final boolean[] uniform;
  private final int[] results;
  private final Operand[] operands;
  private final int[] registerOf;
  private final int registers;

  /** y = expression of a, b and c, which are numbers of values; -1 where there is none. */
  record Instruction(ScalarExpr expr, int y, int a, int b, int c) {}

  /**
   * Expressions to be computed.
   *
   * @param uniform for each argument, whether it is one number for all elements
   * @param folded whether instructions may put a number to what they read, see {@link Operand}
   */
  Tape(List<ScalarExpr> exprs, boolean[] uniform, boolean folded) {
    this.uniform = uniform.clone();
    this.arity = uniform.length;
    results = exprs.stream().mapToInt(this::value).toArray();
    registerOf = new int[values.size() + arity];
    operands = new Operand[registerOf.length];
    for (int value = 0; value < operands.length; value++) {
      Operand.Form form = isUniform(value) ? Operand.Form.NUMBER : Operand.Form.TILE;
      operands[value] = new Operand(value, form, -1);
    }
    if (folded) {
      fold();
    }
    registers = assignRegisters();
  }

  /**
   * Takes out instructions that only put a number to a value, where all that read the result can do
   * it themselves: those that come last first, for an operand takes one number.
   */
  private void fold() {
    for (int i = instructions.size() - 1; i >= 0; i--) {
      int y = instructions.get(i).y();
      Operand operand = withNumber(instructions.get(i));
      boolean result = IntStream.of(results).anyMatch(value -> value == y);
      if (operand != null && !result && readers(y).allMatch(this::takesNumber)) {
        operands[y] = operand;
      }
    }
    instructions.removeIf(this::isFolded);
  }

  private boolean isFolded(Instruction step) {
    return operands[step.y()].value() != step.y();
  }

  private Stream<Instruction> readers(int value) {
    return instructions.stream()
        .filter(step -> step.a() == value || step.b() == value || step.c() == value);
  }

  /** Whether an instruction may put a number to what it reads; one that is folded may not. */
  private boolean takesNumber(Instruction step) {
    if (isFolded(step)) {
      return false;
    }
    return step.expr() instanceof ScalarExpr.Unary
        || step.expr() instanceof ScalarExpr.Binary binary
            && switch (binary.function()) {
              case ADD, SUB, MUL, DIV -> true;
              default -> false;
            };
  }

  /** An instruction as an operand of others; null if it does more than put a number to a value. */
  private Operand withNumber(Instruction step) {
    if (step.expr() instanceof ScalarExpr.Unary unary && unary.function() == UnaryFunction.NEG) {
      return isUniform(step.a()) ? null : new Operand(step.a(), Operand.Form.NEGATED, -1);
    }
    if (!(step.expr() instanceof ScalarExpr.Binary binary)
        || isUniform(step.a()) == isUniform(step.b())) {
      return null;
    }
    boolean first = isUniform(step.a());
    int value = first ? step.b() : step.a();
    int number = first ? step.a() : step.b();
    return switch (binary.function()) {
      case MUL -> new Operand(value, Operand.Form.SCALED, number);
      case ADD -> new Operand(value, Operand.Form.RAISED, number);
      case SUB ->
          new Operand(value, first ? Operand.Form.SUBTRACTED : Operand.Form.LOWERED, number);
      default -> null;
    };
  }

  /** The number of a value: arguments first, then in the order in which they are computed. */
  private int value(ScalarExpr expr) {
    if (expr instanceof ScalarExpr.Arg a) {
      return a.index();
    }
    Integer known = values.get(expr);
    if (known != null) {
      return known;
    }
    int a = -1;
    int b = -1;
    int c = -1;
    if (expr instanceof ScalarExpr.Unary u) {
      a = value(u.x());
    } else if (expr instanceof ScalarExpr.Binary binary) {
      a = value(binary.a());
      b = value(binary.b());
    } else if (expr instanceof ScalarExpr.Select s) {
      a = value(s.condition());
      b = value(s.ifTrue());
      c = value(s.ifFalse());
    }
    int y = arity + values.size();
    exprs.add(expr);
    values.put(expr, y);
    instructions.add(new Instruction(expr, y, a, b, c));
    return y;
  }

  /** Arguments and constants keep registers of their own, the others share. */
  private int assignRegisters() {
    int count = arity;
    int[] lastUse = new int[registerOf.length];
    for (int i = 0; i < instructions.size(); i++) {
      for (int used : reads(instructions.get(i))) {
        lastUse[used] = i;
      }
    }
    for (int result : results) {
      lastUse[result] = instructions.size();
    }
    for (int i = instructions.size() - 1; i >= 0; i--) {
      Instruction choice = instructions.get(i);
      if (chooses(choice)) {
        int last = lastUse[choice.y()];
        lastUse[choice.b()] = Math.max(lastUse[choice.b()], last);
        lastUse[choice.c()] = Math.max(lastUse[choice.c()], last);
      }
    }
    for (int i = 0; i < arity; i++) {
      registerOf[i] = i;
    }
    Deque<Integer> free = new ArrayDeque<>();
    for (int i = 0; i < instructions.size(); i++) {
      Instruction instruction = instructions.get(i);
      boolean constant = instruction.expr() instanceof ScalarExpr.Const;
      registerOf[instruction.y()] = free.isEmpty() || constant ? count++ : free.pop();
      for (int used : reads(instruction)) {
        boolean shared = used >= arity && !(exprOf(used) instanceof ScalarExpr.Const);
        if (shared && lastUse[used] == i) {
          lastUse[used] = -1;
          free.push(registerOf[used]);
        }
      }
    }
    return count;
  }

  /**
   * Whether an instruction takes one of two tiles as a whole, such as by the flag that keeps a
   * variable as it was: then its value lies where that one's does.
   */
  boolean chooses(Instruction instruction) {
    return instruction.expr() instanceof ScalarExpr.Select && isUniform(instruction.a());
  }

  /** Whether a value is an argument or a constant that is one number for all elements. */
  boolean isUniform(int value) {
    return value < arity ? uniform[value] : exprOf(value) instanceof ScalarExpr.Const;
  }

  private ScalarExpr exprOf(int value) {
    return exprs.get(value - arity);
  }

  /** The numbers of the values that an instruction reads. */
  int[] reads(Instruction instruction) {
    return IntStream.of(instruction.a(), instruction.b(), instruction.c())
        .filter(value -> value >= 0)
        .mapToObj(value -> operands[value])
        .flatMapToInt(operand -> IntStream.of(operand.value(), operand.number()))
        .filter(value -> value >= 0)
        .toArray();
  }

  /** How instructions read a value. */
  Operand operand(int value) {
    return operands[value];
  }

  /** In the order in which they are run; constants are among them. */
  List<Instruction> instructions() {
    return instructions;
  }

  /** The number of each result's value. */
  int[] results() {
    return results;
  }

  /** For each value the register that it lies in; 0 for one that is folded. */
  int[] registerOf() {
    return registerOf;
  }

  /** How many registers there are. */
  int registers() {
    return registers;
  }

  /** The instructions on tiles of their own, for one thread. */
  Player player(int tile) {
    return new Player(tile);
  }

  /** A tape with its registers. */
  final class Player {
    /** For each value the tile in which it lies. */
    private final float[][] tiles;

    private final Instruction[] program;

    private Player(int tile) {
      float[][] memory = new float[registers][tile];
      tiles = IntStream.of(registerOf).mapToObj(i -> memory[i]).toArray(float[][]::new);
      program =
          instructions.stream()
              .filter(instruction -> !(instruction.expr() instanceof ScalarExpr.Const))
              .toArray(Instruction[]::new);
      for (Instruction instruction : instructions) {
        if (instruction.expr() instanceof ScalarExpr.Const constant) {
          Arrays.fill(tiles[instruction.y()], (float) constant.value());
        }
      }
    }

    /** Where an argument is to be written to. */
    float[] argument(int index) {
      return tiles[index];
    }

    /** Where a result lies after playing. */
    float[] result(int index) {
      return tiles[results[index]];
    }

    /** Computes all results from the arguments, for the first elements of the tiles. */
    void play(VectorLoops loops, int count) {
      for (Instruction step : program) {
        float[] y = tiles[step.y()];
        float[] a = tiles[step.a()];
        if (step.expr() instanceof ScalarExpr.Unary unary) {
          loops.unary(unary.function(), a, y, count);
        } else if (step.expr() instanceof ScalarExpr.Binary binary) {
          playBinary(binary.function(), step, loops, count);
        } else if (chooses(step)) {
          tiles[step.y()] = tiles[a[0] != 0 ? step.b() : step.c()];
        } else {
          loops.select(a, tiles[step.b()], tiles[step.c()], y, count);
        }
      }
    }

    private void playBinary(
        BinaryFunction function, Instruction step, VectorLoops loops, int count) {
      float[] a = tiles[step.a()];
      float[] b = tiles[step.b()];
      float[] y = tiles[step.y()];
      if (isUniform(step.b()) && VectorLoops.takesNumber(function)) {
        loops.binary(function, a, b[0], y, count);
      } else if (isUniform(step.a()) && VectorLoops.takesNumberFirst(function)) {
        loops.binary(function, b, a[0], y, count);
      } else {
        loops.binary(function, a, b, y, count);
      }
    }
  }
}
