package dev.merapi.train;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.Batch;
import dev.merapi.train.data.Dataset;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds the gradients of a whole training loss against finite differences in F64, and a device's
 * F32 gradients against those.
 *
 * <p>Weights, biases included, get noise from a seeded state, and so do the inputs. Per parameter a
 * random direction u of length 1 is drawn and {@code <gradient, u>} is compared with the central
 * difference {@code (L(w + hu) - L(w - hu)) / 2h} for two step sizes h. Where the two disagree
 * there is a kink (of a ReLU, of a max-pooling) within reach, and another direction is drawn.
 */
public final class GradientCheck {
  private static final double STEP = 1e-5;
  private static final double KINK = 1e-6;
  private static final int MAX_REDRAWS = 5;

  /** Rounding of the loss, in units of its last place: what a difference cannot resolve. */
  private static final double NOISE_ULPS = 32;

  private static final double WEIGHT_NOISE = 0.05;
  private static final double INPUT_NOISE = 0.1;

  private GradientCheck() {}

  /**
   * One parameter's result.
   *
   * @param name of the parameter
   * @param relativeError abs(a - n) / max(abs(a), abs(n), 1e-8)
   * @param redraws directions that were given up because of a kink
   */
  public record ParameterResult(String name, double relativeError, int redraws) {}

  /** All parameters' results and the largest error. */
  public record Result(List<ParameterResult> parameters) {
    public double maxRelativeError() {
      return parameters.stream().mapToDouble(ParameterResult::relativeError).max().orElse(0);
    }
  }

  /**
   * Checks autodiff against finite differences in F64.
   *
   * @param reference a backend that computes in F64
   * @param config its precision is ignored
   * @param data its first samples are used
   * @param samples how many
   * @throws KinkException when a parameter's directions all meet kinks
   */
  public static Result againstDifferences(
      Backend reference, TrainingConfig config, Dataset data, int samples) {
    TrainingConfig exact = config.precision(Precision.F64);
    try (LossRunner runner = new LossRunner(reference, exact, batch(data, samples, exact))) {
      Map<String, HostTensor> gradients = perturb(runner, config.seed());
      List<ParameterResult> results = new ArrayList<>();
      gradients.forEach((path, grad) -> results.add(check(runner, path, grad, config.seed())));
      return new Result(results);
    }
  }

  /**
   * Checks a device's F32 gradients against the reference's F64 gradients at the same weights; the
   * error of a parameter is norm(difference) / max(norm(reference), 1e-8).
   */
  public static Result againstReference(
      Backend device, Backend reference, TrainingConfig config, Dataset data, int samples) {
    TrainingConfig exact = config.precision(Precision.F64);
    TrainingConfig single = config.precision(Precision.F32);
    try (LossRunner expected = new LossRunner(reference, exact, batch(data, samples, exact));
        LossRunner found = new LossRunner(device, single, batch(data, samples, single))) {
      Map<String, HostTensor> expectedGradients = perturb(expected, config.seed());
      expectedGradients.keySet().forEach(path -> found.set(path, expected.get(path)));
      Map<String, HostTensor> foundGradients = found.gradients();
      List<ParameterResult> results = new ArrayList<>();
      expectedGradients.forEach(
          (path, grad) ->
              results.add(new ParameterResult(path, error(foundGradients.get(path), grad), 0)));
      return new Result(results);
    }
  }

  private static double error(HostTensor found, HostTensor expected) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.elements(); i++) {
      double delta = found.get(i) - expected.get(i);
      difference += delta * delta;
      norm += expected.get(i) * expected.get(i);
    }
    return Math.sqrt(difference) / Math.max(Math.sqrt(norm), 1e-8);
  }

  /**
   * The first samples, with noise on inputs that are no indices; bytes become numbers from 0 to 1.
   */
  private static Batch batch(Dataset data, int samples, TrainingConfig config) {
    int size = Math.min(samples, data.size());
    Batches types = Batches.of(data, size);
    List<HostTensor> inputs = types.inputs().stream().map(HostTensor::zeros).toList();
    List<HostTensor> targets = types.targets().stream().map(HostTensor::zeros).toList();
    List<ByteBuffer> inputBytes = inputs.stream().map(HostTensor::bytes).toList();
    List<ByteBuffer> targetBytes = targets.stream().map(HostTensor::bytes).toList();
    for (int i = 0; i < size; i++) {
      data.copy(i, inputBytes, targetBytes);
    }
    List<HostTensor> noisy = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      noisy.add(noisy(inputs.get(i), Philox.Key.of(config.seed(), "gradcheck/inputs", i), config));
    }
    return new Batch(
        noisy,
        targets.stream().map(t -> t.dtype().isFloating() ? t.to(config.dtype()) : t).toList());
  }

  private static HostTensor noisy(HostTensor input, Philox.Key key, TrainingConfig config) {
    if (input.dtype() == DType.I32) {
      return input;
    }
    double scale = input.dtype() == DType.U8 ? 1 / 255.0 : 1;
    HostTensor noisy = HostTensor.zeros(input.type().withDType(config.dtype()));
    for (int i = 0; i < noisy.elements(); i++) {
      noisy.set(i, input.get(i) * scale + INPUT_NOISE * Philox.normal(key, i, 0, 0));
    }
    return noisy;
  }

  /** Adds noise to every parameter; gives copies of the gradients there. */
  private static Map<String, HostTensor> perturb(LossRunner runner, long seed) {
    Map<String, HostTensor> gradients = new LinkedHashMap<>();
    for (String path : List.copyOf(runner.gradients().keySet())) {
      HostTensor noise = direction(runner.get(path).type(), seed, path, 0);
      runner.set(path, along(runner.get(path), noise, WEIGHT_NOISE));
    }
    runner.gradients().forEach((path, grad) -> gradients.put(path, grad.to(grad.dtype())));
    return gradients;
  }

  private static HostTensor direction(TensorType type, long seed, String path, int draw) {
    Philox.Key key = Philox.Key.of(seed, "gradcheck/" + path, draw);
    HostTensor direction = HostTensor.zeros(type);
    for (int i = 0; i < direction.elements(); i++) {
      direction.set(i, Philox.normal(key, i, 0, 0));
    }
    return direction;
  }

  private static HostTensor unit(HostTensor direction) {
    HostTensor zeros = HostTensor.zeros(direction.type());
    double square = 0;
    for (int i = 0; i < direction.elements(); i++) {
      square += direction.get(i) * direction.get(i);
    }
    return along(zeros, direction, 1 / Math.sqrt(square));
  }

  private static HostTensor along(HostTensor point, HostTensor direction, double step) {
    HostTensor moved = HostTensor.zeros(point.type());
    for (int i = 0; i < moved.elements(); i++) {
      moved.set(i, point.get(i) + step * direction.get(i));
    }
    return moved;
  }

  private static ParameterResult check(LossRunner runner, String path, HostTensor grad, long seed) {
    HostTensor point = runner.get(path);
    for (int redraws = 0; redraws <= MAX_REDRAWS; redraws++) {
      HostTensor direction = unit(direction(point.type(), seed, path, redraws + 1));
      double coarse = difference(runner, path, point, direction, 2 * STEP);
      double fine = difference(runner, path, point, direction, STEP);
      double noise = NOISE_ULPS * Math.ulp(runner.loss()) / STEP;
      if (Math.abs(coarse - fine) <= noise || relativeError(coarse, fine) <= KINK) {
        double analytic = dot(grad, direction);
        boolean zero = Math.max(Math.abs(analytic), Math.abs(coarse)) <= noise;
        return new ParameterResult(path, zero ? 0 : relativeError(analytic, coarse), redraws);
      }
    }
    throw new KinkException(path, MAX_REDRAWS + 1);
  }

  private static double dot(HostTensor a, HostTensor b) {
    double sum = 0;
    for (int i = 0; i < a.elements(); i++) {
      sum += a.get(i) * b.get(i);
    }
    return sum;
  }

  private static double difference(
      LossRunner runner, String path, HostTensor point, HostTensor direction, double step) {
    runner.set(path, along(point, direction, step));
    double above = runner.loss();
    runner.set(path, along(point, direction, -step));
    double below = runner.loss();
    runner.set(path, point);
    return (above - below) / (2 * step);
  }

  private static double relativeError(double a, double b) {
    return Math.abs(a - b) / Math.max(Math.max(Math.abs(a), Math.abs(b)), 1e-8);
  }
}
