package dev.merapi.bench.jmh;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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

/** A plain copy of 16M floats in direct memory: what no elementwise function can beat by far. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CopyBenchmark {
  static final int ELEMENTS = 1 << 24;

  /** How bytes are stored. */
  public enum Stores {
    /** One float after the other: ordinary vector stores, as compiled loops have. */
    LOOP,
    /** As the JVM copies memory. */
    BULK
  }

  @Param public Stores stores;

  /** 0: as many as there are processors. */
  @Param("0")
  public int threads;

  private final List<Callable<Void>> parts = new ArrayList<>();
  private ExecutorService workers;

  /** Allocates, and gives each thread its part. */
  @Setup
  public void setUp() {
    int count = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    workers = Executors.newFixedThreadPool(count);
    FloatBuffer from = floats();
    FloatBuffer to = floats();
    for (int i = 0; i < ELEMENTS; i++) {
      from.put(i, i);
    }
    for (int part = 0; part < count; part++) {
      int start = (int) ((long) ELEMENTS * part / count);
      int length = (int) ((long) ELEMENTS * (part + 1) / count) - start;
      FloatBuffer source = from.slice(start, length);
      FloatBuffer target = to.slice(start, length);
      parts.add(() -> copy(source, target));
    }
  }

  private static FloatBuffer floats() {
    return ByteBuffer.allocateDirect(ELEMENTS * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  private Void copy(FloatBuffer source, FloatBuffer target) {
    switch (stores) {
      case LOOP -> {
        for (int i = 0; i < source.capacity(); i++) {
          target.put(i, source.get(i));
        }
      }
      case BULK -> target.put(0, source, 0, source.capacity());
    }
    return null;
  }

  @Benchmark
  public void run() throws InterruptedException {
    workers.invokeAll(parts);
  }

  /** Ends the threads. */
  @TearDown
  public void tearDown() {
    workers.shutdown();
  }
}
