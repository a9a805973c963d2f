package dev.merapi.nn;

/** A model that takes samples apart and puts them together again. */
public interface ReconstructionModel extends Model {
  /**
   * The network from samples [N, ...inputShape] to what is made of them, of the same shape and in
   * the same numbers. Its variables are those of this model, under their names.
   */
  Model reconstruction();
}
