package dev.merapi.train.tensorboard;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.merapi.train.io.OutputException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * One more event file in a folder, which TensorBoard reads in the order of names. It has a name and
 * events with the time of day; nothing in it is needed to go on with a training.
 */
final class EventFile implements AutoCloseable {
  private static final String PREFIX = "events.out.tfevents.";
  private static final String VERSION = "brain.Event:2";

  // fields of Event
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int GRAPH_DEF = 4;
  private static final int SUMMARY = 5;
  private static final int SESSION_LOG = 7;

  /** SessionLog's status START: TensorBoard forgets what it has of this and later steps. */
  private static final Message START = new Message().number(1, 1L);

  private final Path file;
  private final OutputStream out;

  private EventFile(Path file, OutputStream out) {
    this.file = file;
    this.out = out;
    write(new Message().text(FILE_VERSION, VERSION));
  }

  /**
   * Begins a folder anew: event files that are there are removed.
   *
   * @throws OutputException when it cannot be written
   */
  static EventFile create(Path folder) {
    try {
      for (Path old : files(folder)) {
        Files.delete(old);
      }
      return next(folder);
    } catch (IOException e) {
      throw new OutputException(folder, "cannot be written", e);
    }
  }

  /**
   * Goes on with a folder: events of later steps than the given one, and an event that was cut off,
   * are dropped, so that no step is shown twice; what a running TensorBoard has of them, too.
   *
   * @throws OutputException when it cannot be written
   */
  static EventFile resume(Path folder, long step) {
    try {
      for (Path old : files(folder)) {
        truncate(old, step);
      }
      EventFile file = next(folder);
      file.write(new Message().number(STEP, step + 1).message(SESSION_LOG, START));
      return file;
    } catch (IOException e) {
      throw new OutputException(folder, "cannot be gone on with", e);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().startsWith(PREFIX)).toList();
    }
  }

  private static EventFile next(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (long time = System.currentTimeMillis(); ; time++) {
      Path file = folder.resolve(PREFIX + time + ".merapi");
      try {
        return new EventFile(
            file,
            new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)));
      } catch (FileAlreadyExistsException e) {
        continue; // a run of less than a millisecond
      }
    }
  }

  /** Steps only grow in a file, so that what is to go is its end. */
  private static void truncate(Path file, long last) throws IOException {
    long kept = 0;
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      byte[] event = TfRecord.read(in);
      while (event != null && step(event) <= last) {
        kept += TfRecord.bytes(event);
        event = TfRecord.read(in);
      }
    }
    if (kept < Files.size(file)) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(kept);
      }
    }
  }

  private static long step(byte[] event) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(event);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == STEP) {
        return in.readInt64();
      }
      in.skipField(tag);
    }
    return 0;
  }

  /** Adds a summary: a message with values. */
  void summary(long step, Message summary) {
    write(new Message().number(STEP, step).message(SUMMARY, summary));
  }

  /** Adds a graph. */
  void graph(Message graph) {
    write(new Message().message(GRAPH_DEF, graph));
  }

  private void write(Message event) {
    event.number(WALL_TIME, System.currentTimeMillis() * 1e-3);
    try {
      out.write(TfRecord.of(event.toByteArray()));
    } catch (IOException e) {
      throw new OutputException(file, "cannot be written", e);
    }
  }

  /** Has readers see what was written. */
  void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new OutputException(file, "cannot be written", e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new OutputException(file, "cannot be closed", e);
    }
  }
}
