package dev.merapi.bench.compare;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a process told about the training steps that it took.
 *
 * @param samplesPerSecond after its warm-up
 * @param firstStepSeconds from its start to the end of its first step
 * @param peakMegabytes the most resident memory that it had
 * @param parameters of the network
 */
public record Run(
    double samplesPerSecond, double firstStepSeconds, double peakMegabytes, long parameters) {

  /**
   * From the line that {@code merapi bench} and its peers print.
   *
   * @param workload that it is expected to speak of
   * @throws RunException when a field is missing, is of another workload or no number
   */
  public static Run parse(JsonNode line, String workload) {
    if (!line.path("workload").asText().equals(workload)) {
      throw new RunException(
          "expected a result of workload %s, found %s".formatted(workload, line));
    }
    // A NaN trains no faster, but the steps would mean nothing.
    number(line, "loss_last");
    return new Run(
        number(line, "samples_per_s"),
        number(line, "first_step_s"),
        number(line, "peak_rss_mb"),
        (long) number(line, "parameters"));
  }

  private static double number(JsonNode line, String field) {
    JsonNode value = line.get(field);
    if (value == null || !value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw new RunException("expected a number %s, found %s".formatted(field, line));
    }
    return value.doubleValue();
  }
}
