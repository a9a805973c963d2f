package dev.merapi.cli.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.merapi.core.backend.Profile;
import dev.merapi.train.io.AtomicFile;
import dev.merapi.train.io.OutputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Where the time of a training went, as a table and as a trace that <a
 * href="https://ui.perfetto.dev">Perfetto</a> and Chrome open.
 *
 * <p>Source of the format: Google, "Trace Event Format", complete events ({@code "ph": "X"}).
 */
final class ProfileReport {
  /** Rows beyond these are summed up: the trace has them all. */
  private static final int ROWS = 30;

  private static final double NANOS_PER_MICRO = 1e3;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;

  private final Profile profile;
  private final String device;
  private final long nanos;

  /**
   * Reports a profile.
   *
   * @param device it ran on
   * @param nanos how long the training took in all
   */
  ProfileReport(Profile profile, String device, long nanos) {
    this.profile = profile;
    this.device = device;
    this.nanos = nanos;
  }

  /** A row for each op, layer and kernel, and for what was waited for. */
  String table() {
    StringBuilder table = new StringBuilder();
    table.append(
        format(
            "profile on %s: %.1f s; kernels ran one by one, with a wait after each%n",
            device, nanos / NANOS_PER_SECOND));
    table.append(
        format(
            "%6s %10s %8s %10s  %-24s %s%n",
            "share", "ms", "calls", "us/call", "op", "layer and kernel"));
    List<Profile.Row> kernels =
        profile.rows().stream().filter(row -> !row.work().kernel().isEmpty()).toList();
    kernels.stream().limit(ROWS).forEach(row -> table.append(row(row)));
    if (kernels.size() > ROWS) {
      List<Profile.Row> rest = kernels.subList(ROWS, kernels.size());
      table.append(share(rest.size() + " more kernels", sum(rest)));
    }
    profile.rows().stream()
        .filter(row -> row.work().kernel().isEmpty())
        .forEach(row -> table.append(row(row)));
    long noted = sum(profile.rows());
    table.append(share("all else", nanos - noted));
    return table.toString();
  }

  private String row(Profile.Row row) {
    Profile.Work work = row.work();
    String place = work.place().isEmpty() ? "" : work.place() + "  ";
    String text =
        format(
            "%5.1f%% %10.1f %8d %10.1f  %-24s %s%s",
            share(row.nanos()),
            row.nanos() / NANOS_PER_MILLI,
            row.calls(),
            row.nanos() / NANOS_PER_MICRO / row.calls(),
            work.name(),
            place,
            work.kernel());
    return text.stripTrailing() + System.lineSeparator();
  }

  private static long sum(List<Profile.Row> rows) {
    return rows.stream().mapToLong(Profile.Row::nanos).sum();
  }

  private String share(String name, long part) {
    return format(
        "%5.1f%% %10.1f %8s %10s  %s%n", share(part), part / NANOS_PER_MILLI, "", "", name);
  }

  private double share(long part) {
    return 100.0 * part / nanos;
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  /**
   * Writes the trace.
   *
   * @throws OutputException when it cannot be written
   */
  void write(Path file) {
    try {
      AtomicFile.write(file, channel -> trace(Channels.newOutputStream(channel)));
    } catch (IOException e) {
      throw new OutputException(file, "cannot be written", e);
    }
  }

  private void trace(OutputStream out) throws IOException {
    JsonGenerator json =
        new JsonFactory().createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.writeStartObject();
    json.writeStringField("displayTimeUnit", "ms");
    json.writeObjectFieldStart("otherData");
    json.writeStringField("device", device);
    json.writeNumberField("events_left_out", profile.spansLeftOut());
    json.writeEndObject();
    json.writeArrayFieldStart("traceEvents");
    long start = profile.spans().isEmpty() ? 0 : profile.spans().get(0).startNanos();
    for (Profile.Span span : profile.spans()) {
      event(json, span, start);
    }
    json.writeEndArray();
    json.writeEndObject();
    json.close();
  }

  private static void event(JsonGenerator json, Profile.Span span, long start) throws IOException {
    Profile.Work work = span.work();
    json.writeStartObject();
    json.writeStringField("name", work.name());
    json.writeStringField("cat", work.kernel().isEmpty() ? "host" : "kernel");
    json.writeStringField("ph", "X");
    json.writeNumberField("ts", (span.startNanos() - start) / NANOS_PER_MICRO);
    json.writeNumberField("dur", span.nanos() / NANOS_PER_MICRO);
    json.writeNumberField("pid", 1);
    json.writeNumberField("tid", 1);
    json.writeObjectFieldStart("args");
    json.writeStringField("layer", work.place());
    json.writeStringField("kernel", work.kernel());
    json.writeEndObject();
    json.writeEndObject();
  }
}
