package dev.merapi.backend.cpu;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.scalar.UnaryFunction;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.LongPointer;

/**
 * An elementwise region as a program for {@link NativeLoops}: what {@code loops.h} declares, field
 * by field. It is laid out when the kernel is bound, and a launch is one call.
 */
final class NativeProgram extends CpuKernel {
  /** The elements that all tensors must have for the threads to share a loop; measured. */
  private static final int WORTH_SHARING = 1 << 16;

  /** As in {@code loops.h}: a region's tiles fit into the first-level cache. */
  private static final int TILE = 128;

  private static final int PROGRAM_FIELDS = 14;
  private static final int INSTRUCTION_FIELDS = 13; // more than an argument or a constant has

  private static final int READ_IN_PLACE = 0;
  private static final int COPIED = 1;
  private static final int UNIFORM = 2;
  private static final int BROADCAST = 3;

  private static final int UNARY = 0;
  private static final int BINARY = 1;
  private static final int SELECT = 2;
  private static final int CHOOSE = 3;

  private final List<TensorType> inputs;
  private final Shape shape;
  private final Tape tape;
  private final int outputs;
  private final int threads;
  private Layout layout;
  private long program;

  NativeProgram(Elementwise op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    this.inputs = inputs;
    this.outputs = outputs.size();
    shape = outputs.get(0).shape();
    boolean[] uniform = new boolean[inputs.size()];
    for (int i = 0; i < uniform.length; i++) {
      uniform[i] = isUniform(inputs.get(i));
    }
    tape = new Tape(op.exprs(), uniform, true);
    long elements = (long) shape.elements() * outputs.size();
    for (TensorType input : inputs) {
      elements += input.shape().elements();
    }
    threads = elements >= WORTH_SHARING ? engine.workers().count() : 1;
  }

  private static boolean isUniform(TensorType input) {
    return input.shape().elements() == 1;
  }

  @Override
  long workspaceBytes() {
    return (long) threads * tape.registers() * TILE * Float.BYTES;
  }

  @Override
  void bind(CpuBuffer[] in, CpuBuffer[] out, CpuBuffer workspace) {
    List<Tape.Instruction> steps =
        tape.instructions().stream()
            .filter(step -> !(step.expr() instanceof ScalarExpr.Const))
            .toList();
    List<long[]> constants = constants();
    List<long[]> results = new ArrayList<>();
    for (int i = 0; i < out.length; i++) {
      results.add(new long[] {out[i].address().address(), tape.results()[i]});
    }
    layout = new Layout(capacity());
    program =
        layout.add(
            shape.elements(),
            threads,
            tape.registerOf().length,
            tape.registers(),
            workspace == null ? 0 : workspace.address().address(),
            layout.add(tape.registerOf()),
            in.length,
            layout.addAll(arguments(in)),
            constants.size(),
            layout.addAll(constants),
            steps.size(),
            layout.addAll(instructions(steps)),
            out.length,
            layout.addAll(results));
  }

  /** More numbers than a program has: each value is an argument, a constant or an instruction's. */
  private int capacity() {
    int perValue = INSTRUCTION_FIELDS + 1;
    return PROGRAM_FIELDS
        + perValue * tape.registerOf().length
        + 2 * shape.rank() * inputs.size()
        + 2 * outputs;
  }

  private List<long[]> arguments(CpuBuffer[] in) {
    List<long[]> arguments = new ArrayList<>();
    for (int i = 0; i < in.length; i++) {
      TensorType type = inputs.get(i);
      TileReader reader = new TileReader(type.shape(), shape);
      arguments.add(
          new long[] {
            in[i].address().address(),
            code(type.dtype()),
            kind(i),
            reader.run(),
            reader.repeats() ? 1 : 0,
            reader.sizes().length,
            layout.add(reader.sizes()),
            layout.add(reader.steps())
          });
    }
    return arguments;
  }

  private int kind(int argument) {
    TensorType type = inputs.get(argument);
    if (isUniform(type)) {
      return UNIFORM;
    } else if (type.shape().elements() != shape.elements()) {
      return BROADCAST;
    }
    // What is stored as a result while another result's memory may be this argument's.
    boolean copied = type.dtype() != DType.F32 || outputs > 1 && isResult(argument);
    return copied ? COPIED : READ_IN_PLACE;
  }

  /** Whether a result may be an argument as it is. */
  private boolean isResult(int argument) {
    return IntStream.of(tape.results()).anyMatch(result -> result == argument)
        || tape.instructions().stream()
            .anyMatch(step -> tape.chooses(step) && (step.b() == argument || step.c() == argument));
  }

  private List<long[]> constants() {
    List<long[]> constants = new ArrayList<>();
    for (Tape.Instruction step : tape.instructions()) {
      if (step.expr() instanceof ScalarExpr.Const constant) {
        constants.add(new long[] {step.y(), Double.doubleToRawLongBits(constant.value())});
      }
    }
    return constants;
  }

  private List<long[]> instructions(List<Tape.Instruction> steps) {
    int lastRead = -1;
    for (int i = 0; i < steps.size(); i++) {
      Tape.Instruction step = steps.get(i);
      if (IntStream.of(tape.reads(step)).anyMatch(this::isReadInPlace)) {
        lastRead = i;
      }
    }
    List<long[]> instructions = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Tape.Instruction step = steps.get(i);
      int y = step.y();
      // An output may lie where an argument does, which must not be overwritten before it is read.
      int direct = i < lastRead ? -1 : output(y);
      List<long[]> parts = new ArrayList<>();
      parts.add(new long[] {kind(step), function(step), y});
      for (int read : new int[] {step.a(), step.b(), step.c()}) {
        parts.add(operand(read));
      }
      parts.add(new long[] {direct});
      instructions.add(parts.stream().flatMapToLong(Arrays::stream).toArray());
    }
    return instructions;
  }

  private long[] operand(int value) {
    if (value < 0) {
      return new long[] {-1, 0, -1};
    }
    Operand operand = tape.operand(value);
    return new long[] {operand.value(), operand.form().ordinal(), operand.number()};
  }

  private boolean isReadInPlace(int value) {
    return value >= 0 && value < inputs.size() && kind(value) == READ_IN_PLACE;
  }

  /** The first output that is a value; -1 if there is none. */
  private int output(int value) {
    return IntStream.range(0, tape.results().length)
        .filter(i -> tape.results()[i] == value)
        .findFirst()
        .orElse(-1);
  }

  private int kind(Tape.Instruction step) {
    if (step.expr() instanceof ScalarExpr.Unary) {
      return UNARY;
    } else if (step.expr() instanceof ScalarExpr.Binary) {
      return BINARY;
    }
    return tape.chooses(step) ? CHOOSE : SELECT;
  }

  private static int function(Tape.Instruction step) {
    if (step.expr() instanceof ScalarExpr.Unary unary) {
      return code(unary.function());
    }
    return step.expr() instanceof ScalarExpr.Binary binary ? code(binary.function()) : 0;
  }

  private static int code(DType type) {
    return switch (type) {
      case F32 -> 0;
      case I32 -> 1;
      case U8 -> 2;
      case F64 -> throw new IllegalArgumentException("native loops compute in F32, found F64");
    };
  }

  private static int code(UnaryFunction function) {
    return switch (function) {
      case NEG -> 0;
      case ABS -> 1;
      case SIGN -> 2;
      case FLOOR -> 3;
      case IS_FINITE -> 4;
      case EXP -> 5;
      case LOG -> 6;
      case SQRT -> 7;
      case RSQRT -> 8;
      case TANH -> 9;
      case SIGMOID -> 10;
      case SOFTPLUS -> 11;
      case ERF -> 12;
      case SIN -> 13;
      case COS -> 14;
    };
  }

  private static int code(BinaryFunction function) {
    return switch (function) {
      case ADD -> 0;
      case SUB -> 1;
      case MUL -> 2;
      case DIV -> 3;
      case POW -> 4;
      case MIN -> 5;
      case MAX -> 6;
      case LESS -> 7;
      case LESS_EQUAL -> 8;
      case GREATER -> 9;
      case GREATER_EQUAL -> 10;
      case EQUAL -> 11;
      case NOT_EQUAL -> 12;
    };
  }

  @Override
  void run() {
    NativeLoops.run(program);
  }

  @Override
  void release() {
    if (layout != null) {
      layout.close();
      layout = null;
      program = 0;
    }
  }

  /** Numbers of 8 bytes, one after the other in native memory. */
  private static final class Layout implements AutoCloseable {
    private final LongPointer memory;
    private final int capacity;
    private int size;

    Layout(int capacity) {
      this.capacity = capacity;
      memory = new LongPointer(capacity);
    }

    /** Adds numbers; gives the address of the first. */
    long add(long... numbers) {
      if (size + numbers.length > capacity) {
        throw new IllegalStateException("a program has more than " + capacity + " numbers");
      }
      long start = memory.address() + (long) size * Long.BYTES;
      for (long number : numbers) {
        memory.put(size++, number);
      }
      return start;
    }

    long add(int[] numbers) {
      return add(IntStream.of(numbers).asLongStream().toArray());
    }

    long addAll(List<long[]> records) {
      return add(records.stream().flatMapToLong(Arrays::stream).toArray());
    }

    @Override
    public void close() {
      memory.close();
    }
  }
}
