package dev.merapi.train.data;

import java.util.List;

/**
 * A data set whose targets are its inputs, for models that make samples again: autoencoders,
 * restricted Boltzmann machines. Augmentations change the inputs alone, so that the model learns to
 * undo them.
 *
 * @param dataset whose samples are to be made again, of one input
 */
public record Reconstruction(DatasetSource dataset) implements DatasetSource {
  @Override
  public String name() {
    return "reconstruction";
  }

  @Override
  public List<String> splits() {
    return dataset.splits();
  }

  @Override
  public Dataset open(String split, DataDirectories where) {
    return new ReconstructionDataset(dataset.open(split, where));
  }
}
