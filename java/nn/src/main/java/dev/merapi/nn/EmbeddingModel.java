package dev.merapi.nn;

/**
 * A model that learns to embed samples, by comparing them or by making them again of what they are
 * embedded as: near each other where they belong together.
 */
public interface EmbeddingModel extends Model {
  /**
   * The network from one sample to its embedding [N, D]. Its variables are those of this model,
   * under their names.
   */
  Model embedding();
}
