package dev.merapi.train.data.image;

/** How an image of one size is brought to another. */
public enum Fit {
  /** The largest part in the middle that has the wanted proportions is scaled. */
  CROP,
  /** All of it is scaled, whatever the proportions. */
  STRETCH
}
