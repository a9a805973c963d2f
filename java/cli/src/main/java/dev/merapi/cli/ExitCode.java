package dev.merapi.cli;

import dev.merapi.cli.job.CheckFailedException;
import dev.merapi.cli.job.UsageException;
import dev.merapi.cli.yaml.YamlException;
import dev.merapi.core.backend.DeviceException;
import dev.merapi.core.backend.DeviceFailureException;
import dev.merapi.core.backend.OutOfDeviceMemoryException;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.runtime.KernelException;
import dev.merapi.train.DivergedException;
import dev.merapi.train.KinkException;
import dev.merapi.train.checkpoint.CheckpointMismatchException;
import dev.merapi.train.data.DataException;
import dev.merapi.train.io.OutputException;
import dev.merapi.train.io.OutputInUseException;

/** What a finished command tells the shell. */
public enum ExitCode {
  DONE(0),
  FAILED(1),
  /** Wrong usage, job file or shapes. */
  USAGE(2),
  /** A known device whose module or hardware is missing. */
  DEVICE(3),
  /** Data missing, damaged or with labels out of range. */
  DATA(4),
  /** NaN or infinite loss. */
  DIVERGED(5);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** The number. */
  public int code() {
    return code;
  }

  /** The code for an error: the only place where errors become codes. */
  public static ExitCode of(Throwable error) {
    if (error instanceof UsageException
        || error instanceof YamlException
        || error instanceof GraphException
        || error instanceof OutputInUseException
        || error instanceof CheckpointMismatchException) {
      return USAGE;
    }
    if (error instanceof DeviceException) {
      return DEVICE;
    }
    if (error instanceof DataException) {
      return DATA;
    }
    if (error instanceof DivergedException) {
      return DIVERGED;
    }
    return FAILED;
  }

  /** Whether an error was to be expected and says all in its message. */
  static boolean isForeseen(Throwable error) {
    return of(error) != FAILED
        || error instanceof OutputException
        || error instanceof CheckFailedException
        || error instanceof KinkException
        || error instanceof KernelException
        || error instanceof DeviceFailureException
        || error instanceof OutOfDeviceMemoryException;
  }
}
