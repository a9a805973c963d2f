package dev.merapi.nn;

/** A model that makes samples like those that it was trained on. */
public interface GenerativeModel extends Model {
  /**
   * The network from standard normal numbers [N, ...] to samples [N, ...inputShape] of numbers from
   * 0 to 1. Its variables are those of this model, under their names.
   */
  Model sampler();
}
