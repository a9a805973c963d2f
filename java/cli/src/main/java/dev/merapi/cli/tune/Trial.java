package dev.merapi.cli.tune;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merapi.train.search.Observation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was found of a point on one rung.
 *
 * @param number of the trial, from 1
 * @param point its quantiles
 * @param parameters its values by key, as plain objects
 * @param epochs that it has been trained for
 * @param steps that these took; its checkpoint's number
 * @param complete whether there is nothing left to train: the last rung, or an early stop
 * @param value of the metric; NaN where the training diverged
 * @param seconds that this rung took
 */
public record Trial(
    int number,
    List<Double> point,
    Map<String, Object> parameters,
    int epochs,
    long steps,
    boolean complete,
    double value,
    double seconds) {

  /** Whether the training diverged. */
  public boolean diverged() {
    return !Double.isFinite(value);
  }

  /** The value such that small is better. */
  public double objective(boolean maximize) {
    return maximize ? -value : value;
  }

  /** What a search learns of it. */
  Observation observed(boolean maximize) {
    return new Observation(point, objective(maximize));
  }

  /** The same result for a rung to which there is nothing left to train. */
  Trial carriedTo(int rung) {
    return new Trial(number, point, parameters, rung, steps, complete, value, 0);
  }

  /** As a line of the log. */
  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("trial", number);
    json.put("parameters", parameters);
    json.put("epochs", epochs);
    json.put("steps", steps);
    json.put("state", diverged() ? "diverged" : complete ? "complete" : "paused");
    json.put("value", diverged() ? null : value);
    json.put("seconds", seconds);
    json.put("point", point);
    return json;
  }

  /**
   * Reads a line of the log.
   *
   * @param parameters of the point
   * @throws IllegalArgumentException when something is missing
   */
  static Trial of(JsonNode json, List<Double> point, Map<String, Object> parameters) {
    return new Trial(
        json.required("trial").asInt(),
        point,
        parameters,
        json.required("epochs").asInt(),
        json.required("steps").asLong(),
        !json.required("state").asText().equals("paused"),
        json.required("value").asDouble(Double.NaN),
        json.required("seconds").asDouble());
  }

  /** The point of a line of the log. */
  static List<Double> point(JsonNode json) {
    List<Double> point = new ArrayList<>();
    json.required("point").forEach(quantile -> point.add(quantile.asDouble()));
    return point;
  }
}
