package dev.merapi.conformance;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Op;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * One op on inputs of certain shapes, and what it must give.
 *
 * @param name what is special about the case, after the op's name: {@code pad 2, stride 3}
 * @param opFor the op, for the element type that the case runs in
 * @param inputs the inputs; F32 in their types stands for the element type that the case runs in
 * @param outputTypes the outputs' element types; F32 stands for the one that the case runs in;
 *     empty when every output has that one
 * @param dtypes the element types to run in
 * @param expectation the right outputs
 * @param tolerance how far from them a backend may be
 * @param gradients how often the case can be differentiated by its floating-point inputs: 0, 1 or 2
 * @param savedOutputs how many of the last outputs are only for the backward op and carry no
 *     gradient
 */
public record OpCase(
    String name,
    Function<DType, Op> opFor,
    List<In> inputs,
    List<DType> outputTypes,
    Set<DType> dtypes,
    Expectation expectation,
    Tolerance tolerance,
    int gradients,
    int savedOutputs) {

  /** One input: its type and where its elements come from. */
  public record In(TensorType type, Sampler sampler) {}

  /** A case of an op that is the same for every element type. */
  public static Builder of(Op op) {
    return new Builder(dtype -> op);
  }

  /** A case of an op with the element type among its attributes. */
  public static Builder of(Function<DType, Op> opFor) {
    return new Builder(opFor);
  }

  /** The op for an element type. */
  public Op op(DType dtype) {
    return opFor.apply(dtype);
  }

  /** The op's kind; the same for every element type. */
  public Class<? extends Op> kind() {
    return op(dtypes.iterator().next()).getClass();
  }

  public boolean isElementwise() {
    return Elementwise.class.isAssignableFrom(kind());
  }

  /** The types of the inputs. */
  public List<TensorType> inputTypes(DType dtype) {
    return inputs.stream().map(in -> actual(in.type(), dtype)).toList();
  }

  /** Fresh inputs; equal for equal draws, so that all checks and backends see the same numbers. */
  public List<HostTensor> sample(DType dtype, int draw) {
    RandomGenerator random =
        RandomGeneratorFactory.of("L64X128MixRandom").create(31L * name.hashCode() + draw);
    List<HostTensor> tensors = new ArrayList<>();
    for (In in : inputs) {
      TensorType type = actual(in.type(), dtype);
      tensors.add(HostTensor.of(type, in.sampler().sample(type.shape().elements(), random)));
    }
    return tensors;
  }

  /** The right outputs for these inputs, rounded to their element types. */
  public List<HostTensor> expected(DType dtype, List<HostTensor> in) {
    List<NdArray> arrays =
        in.stream().map(tensor -> NdArray.of(tensor.shape(), tensor.toDoubleArray())).toList();
    List<NdArray> results = expectation.outputs(arrays);
    List<HostTensor> tensors = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      DType as = outputTypes.isEmpty() ? dtype : outputTypes.get(i);
      TensorType type = actual(new TensorType(as, results.get(i).shape()), dtype);
      tensors.add(HostTensor.of(type, results.get(i).values()));
    }
    return tensors;
  }

  private static TensorType actual(TensorType type, DType dtype) {
    return type.dtype() == DType.F32 ? type.withDType(dtype) : type;
  }

  @Override
  public String toString() {
    return op(dtypes.iterator().next()).name() + (name.isEmpty() ? "" : " " + name);
  }

  /** Collects a case; what is not said is: F32 and F64, elementwise tolerance, one gradient. */
  public static final class Builder {
    private final Function<DType, Op> opFor;
    private final List<In> inputs = new ArrayList<>();
    private List<DType> outputTypes = List.of();
    private Set<DType> dtypes = Set.of(DType.F32, DType.F64);
    private Tolerance tolerance = Tolerance.ELEMENTWISE;
    private int gradients = 1;
    private int savedOutputs;

    private Builder(Function<DType, Op> opFor) {
      this.opFor = opFor;
    }

    /** Adds an input of the element type that the case runs in. */
    public Builder input(Sampler sampler, int... dims) {
      return input(sampler, DType.F32, dims);
    }

    /** Adds an input of an element type; F32 stands for the one that the case runs in. */
    public Builder input(Sampler sampler, DType dtype, int... dims) {
      inputs.add(new In(new TensorType(dtype, Shape.of(dims)), sampler));
      return this;
    }

    /** Says the outputs' element types; F32 stands for the one that the case runs in. */
    public Builder outputTypes(DType... types) {
      outputTypes = List.of(types);
      return this;
    }

    public Builder dtypes(DType... types) {
      dtypes = Set.copyOf(List.of(types));
      return this;
    }

    public Builder tolerance(Tolerance wanted) {
      tolerance = wanted;
      return this;
    }

    /** The inputs are not for finite differences, or the op has no gradient. */
    public Builder forwardOnly() {
      gradients = 0;
      return this;
    }

    /** The last outputs are only for the backward op. */
    public Builder savedOutputs(int count) {
      savedOutputs = count;
      return this;
    }

    /** Checks the second derivatives, too. */
    public Builder twiceDifferentiable() {
      gradients = 2;
      return this;
    }

    /** The case of an op with one output. */
    public OpCase expect(String name, Function<List<NdArray>, NdArray> output) {
      return expectAll(name, Expectation.one(output));
    }

    /** The case of an op with several outputs. */
    public OpCase expectAll(String name, Expectation expectation) {
      return new OpCase(
          name,
          opFor,
          List.copyOf(inputs),
          outputTypes,
          new TreeSet<>(dtypes),
          expectation,
          tolerance,
          gradients,
          savedOutputs);
    }
  }
}
