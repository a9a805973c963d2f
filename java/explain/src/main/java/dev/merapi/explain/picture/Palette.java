package dev.merapi.explain.picture;

import java.awt.Color;

/**
 * Colours of numbers and of classes.
 *
 * <p>Source: viridis and inferno by van der Walt and Smith, 2015, at nine places with straight
 * lines between; Tableau 10 by Stone, 2016.
 */
final class Palette {
  private static final int[] VIRIDIS = {
    0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725
  };
  private static final int[] INFERNO = {
    0x000004, 0x210C4A, 0x57106E, 0x8A226A, 0xBC3754, 0xE45A31, 0xF98E09, 0xF9CB35, 0xFCFFA4
  };
  private static final int[] BLUE_WHITE_RED = {0x2166AC, 0x92C5DE, 0xF7F7F7, 0xF4A582, 0xB2182B};
  private static final int[] BLUES = {0xFFFFFF, 0xC6DBEF, 0x6BAED6, 0x2171B5, 0x08306B};
  private static final int[] GREY = {0x000000, 0xFFFFFF};
  private static final int[] TABLEAU = {
    0x4E79A7, 0xF28E2B, 0xE15759, 0x76B7B2, 0x59A14F, 0xEDC948, 0xB07AA1, 0xFF9DA7, 0x9C755F,
    0x86838A
  };

  private Palette() {}

  /** From dark violet to yellow: activations. */
  static int viridis(double share) {
    return between(VIRIDIS, share);
  }

  /** From black over red to bright yellow: importance. */
  static int inferno(double share) {
    return between(INFERNO, share);
  }

  /** From blue over white, at 0.5, to red: numbers of both signs. */
  static int blueWhiteRed(double share) {
    return between(BLUE_WHITE_RED, share);
  }

  /** From white to dark blue: counts. */
  static int blues(double share) {
    return between(BLUES, share);
  }

  static int grey(double share) {
    return between(GREY, share);
  }

  /** Of a class or curve; after ten they come again, darker. */
  static Color of(int number) {
    Color color = new Color(TABLEAU[number % TABLEAU.length]);
    for (int round = number / TABLEAU.length; round > 0; round--) {
      color = color.darker();
    }
    return color;
  }

  private static int between(int[] colors, double share) {
    double place = Math.max(0, Math.min(1, share)) * (colors.length - 1);
    int from = Math.min((int) place, colors.length - 2);
    double part = place - from;
    int rgb = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int a = colors[from] >> shift & 0xFF;
      int b = colors[from + 1] >> shift & 0xFF;
      rgb |= (int) Math.round(a + part * (b - a)) << shift;
    }
    return rgb;
  }
}
