package dev.merapi.backend.cpu;

import dev.merapi.core.tensor.Shape;

/**
 * The elements of one channel of a tensor [N, C, ...] as tiles: some planes each, or parts of a
 * plane that is larger than a tile.
 *
 * @param channels how many channels there are
 * @param plane the elements of one channel in one sample
 * @param samples how many there are
 */
record ChannelTiles(int channels, int plane, int samples) {
  static ChannelTiles of(Shape x) {
    int channels = x.dim(1);
    return new ChannelTiles(channels, x.slice(2, x.rank()).elements(), x.dim(0));
  }

  /** How many elements a channel has. */
  int elements() {
    return samples * plane;
  }

  /** How many elements a tile has at most. */
  int width() {
    return Math.min(elements(), plane > Engine.TILE ? Engine.TILE : planesInTile() * plane);
  }

  /** How many tiles a channel has. */
  int count() {
    return plane > Engine.TILE
        ? samples * partsOfPlane()
        : (samples + planesInTile() - 1) / planesInTile();
  }

  private int planesInTile() {
    return Engine.TILE / plane;
  }

  private int partsOfPlane() {
    return (plane + Engine.TILE - 1) / Engine.TILE;
  }

  /** Copies a tile to the start of an array; gives the number of elements. */
  int load(CpuBuffer x, int channel, int tile, float[] target) {
    if (plane > Engine.TILE) {
      int count = partLength(tile);
      x.load(partStart(channel, tile), count, target);
      return count;
    }
    int first = tile * planesInTile();
    int planes = Math.min(planesInTile(), samples - first);
    for (int i = 0; i < planes; i++) {
      x.load(planeStart(channel, first + i), plane, target, i * plane);
    }
    return planes * plane;
  }

  /** Copies the start of an array to a tile. */
  void store(CpuBuffer y, int channel, int tile, float[] source) {
    if (plane > Engine.TILE) {
      y.store(partStart(channel, tile), partLength(tile), source);
      return;
    }
    int first = tile * planesInTile();
    int planes = Math.min(planesInTile(), samples - first);
    for (int i = 0; i < planes; i++) {
      y.store(planeStart(channel, first + i), plane, source, i * plane);
    }
  }

  private int planeStart(int channel, int sample) {
    return (sample * channels + channel) * plane;
  }

  private int partStart(int channel, int tile) {
    return planeStart(channel, tile / partsOfPlane()) + tile % partsOfPlane() * Engine.TILE;
  }

  private int partLength(int tile) {
    return Math.min(Engine.TILE, plane - tile % partsOfPlane() * Engine.TILE);
  }
}
