package dev.merapi.backend.cpu;

import dev.merapi.core.scalar.ScalarExpr;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Scalar expressions as a list of instructions on registers, where a register is a tile: each part
 * that expressions share is computed once, and a register is used again when its value is needed no
 * more, so that all of them stay in cache.
 */
final class Tape {
  private final List<Instruction> instructions = new ArrayList<>();
  private final Map<ScalarExpr, Integer> values = new HashMap<>();
  private final int arity;
  private final boolean[] uniform;
  private final int[] results;
  private final int[] registerOf;
  private final int registers;

  /** y = expression of a, b and c, which are numbers of values; -1 where there is none. */
  private record Instruction(ScalarExpr expr, int y, int a, int b, int c) {}

  /**
   * Expressions to be computed.
   *
   * @param uniform for each argument, whether it is one number for all elements
   */
  Tape(List<ScalarExpr> exprs, boolean[] uniform) {
    this.uniform = uniform.clone();
    this.arity = uniform.length;
    results = exprs.stream().mapToInt(this::value).toArray();
    registerOf = new int[values.size() + arity];
    registers = assignRegisters();
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
    values.put(expr, y);
    instructions.add(new Instruction(expr, y, a, b, c));
    return y;
  }

  /** Arguments and constants keep registers of their own, the others share. */
  private int assignRegisters() {
    int count = arity;
    int[] lastUse = new int[registerOf.length];
    for (int i = 0; i < instructions.size(); i++) {
      for (int used : operands(instructions.get(i))) {
        lastUse[used] = i;
      }
    }
    for (int result : results) {
      lastUse[result] = instructions.size();
    }
    for (int i = 0; i < arity; i++) {
      registerOf[i] = i;
    }
    Deque<Integer> free = new ArrayDeque<>();
    for (int i = 0; i < instructions.size(); i++) {
      Instruction instruction = instructions.get(i);
      boolean constant = instruction.expr() instanceof ScalarExpr.Const;
      registerOf[instruction.y()] = free.isEmpty() || constant ? count++ : free.pop();
      for (int used : operands(instruction)) {
        boolean shared = used >= arity && !(exprOf(used) instanceof ScalarExpr.Const);
        if (shared && lastUse[used] == i) {
          lastUse[used] = -1;
          free.push(registerOf[used]);
        }
      }
    }
    return count;
  }

  private ScalarExpr exprOf(int value) {
    return instructions.get(value - arity).expr();
  }

  private static int[] operands(Instruction instruction) {
    return IntStream.of(instruction.a(), instruction.b(), instruction.c())
        .filter(operand -> operand >= 0)
        .toArray();
  }

  /** The instructions on tiles of their own, for one thread. */
  Player player(int tile) {
    return new Player(tile);
  }

  /** A tape with its registers. */
  final class Player {
    private final float[][] tiles;
    private final Instruction[] program;

    private Player(int tile) {
      tiles = new float[registers][tile];
      program =
          instructions.stream()
              .filter(instruction -> !(instruction.expr() instanceof ScalarExpr.Const))
              .toArray(Instruction[]::new);
      for (Instruction instruction : instructions) {
        if (instruction.expr() instanceof ScalarExpr.Const constant) {
          Arrays.fill(tile(instruction.y()), (float) constant.value());
        }
      }
    }

    private float[] tile(int value) {
      return tiles[registerOf[value]];
    }

    /** Where an argument is to be written to. */
    float[] argument(int index) {
      return tile(index);
    }

    /** Where a result lies after playing. */
    float[] result(int index) {
      return tile(results[index]);
    }

    /** Computes all results from the arguments, for the first elements of the tiles. */
    void play(VectorLoops loops, int count) {
      for (Instruction step : program) {
        float[] y = tile(step.y());
        float[] a = tile(step.a());
        if (step.expr() instanceof ScalarExpr.Unary unary) {
          loops.unary(unary.function(), a, y, count);
        } else if (step.expr() instanceof ScalarExpr.Binary binary) {
          loops.binary(binary.function(), a, tile(step.b()), y, count);
        } else if (step.a() < arity && uniform[step.a()]) {
          // Such as the flag that keeps a variable as it was: a copy of one side.
          System.arraycopy(tile(a[0] != 0 ? step.b() : step.c()), 0, y, 0, count);
        } else {
          loops.select(a, tile(step.b()), tile(step.c()), y, count);
        }
      }
    }
  }
}
