package dev.merapi.train.io;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Output that cannot be written: one line with the file and the reason. */
public class OutputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public OutputException(String message) {
    super(message);
  }

  /**
   * An error of the file system.
   *
   * @param path the file or folder
   * @param what went wrong: {@code cannot be written}
   */
  public OutputException(Path path, String what, IOException cause) {
    super(path + ": " + what + " (" + reason(cause) + ")", cause);
  }

  /** Java's own messages are often only the path again. */
  private static String reason(IOException cause) {
    if (cause instanceof NoSuchFileException) {
      return "no such file or folder";
    }
    if (cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (cause instanceof FileAlreadyExistsException) {
      return "it exists and is no folder";
    }
    boolean named = cause instanceof FileSystemException file && file.getReason() != null;
    return named ? ((FileSystemException) cause).getReason() : cause.getMessage();
  }
}
