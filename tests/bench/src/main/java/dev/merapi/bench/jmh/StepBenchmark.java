package dev.merapi.bench.jmh;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.nn.model.Lenet5;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.optimizer.Sgd;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The host's side of a training step: LeNet-5 on data that lie on the device, without waiting for
 * the device. On what stands in for CUDA, told to compute nothing, that is all there is.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class StepBenchmark {
  private static final int BATCH = 64;
  private static final int BATCHES = 20;

  /** As in {@code merapi bench --device}. */
  @Param("cuda")
  public String device;

  private Backend backend;
  private Trainer trainer;

  /** Takes the first steps, of which the second is recorded. */
  @Setup
  public void setUp() {
    int samples = BATCH * BATCHES;
    HostTensor images =
        HostTensor.filled(new TensorType(DType.F32, Shape.of(samples, 1, 28, 28)), 0.5);
    HostTensor labels = HostTensor.zeros(new TensorType(DType.I32, Shape.of(samples)));
    Dataset data = new TensorDataset("made-up data", images, labels, 10);
    TrainingConfig config =
        TrainingConfig.of(
                "lenet5", new Lenet5(), new SoftmaxCrossEntropy(), new Sgd(0.01).momentum(0.9))
            .batch(BATCH)
            .resident(true);
    backend = Backends.open(device);
    trainer = new Trainer(backend, config, data);
    for (int step = 0; step < BATCHES; step++) {
      trainer.step();
    }
    trainer.requireFinite();
  }

  @Benchmark
  public void step() {
    trainer.step();
  }

  /** Frees the device's memory. */
  @TearDown
  public void close() {
    trainer.close();
    backend.close();
  }
}
