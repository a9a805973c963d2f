package dev.merapi.train.data;

import java.util.ArrayList;
import java.util.List;

/**
 * How the ten digits are written by hand: several ways each, as strokes of a pen.
 *
 * <p>A way is a list of strokes separated by {@code ;}, a stroke a list of points {@code x,y} with
 * 0 to 100 from left to right and from top to bottom. A stroke that begins with {@code ~} is a
 * smooth curve through its points, else a line with corners.
 */
final class DigitStrokes {
  /** Straight pieces between two points of a smooth curve. */
  private static final int PIECES = 6;

  private static final String[][] WAYS = {
    {
      "~50,5 74,18 82,50 74,82 50,95 26,82 18,50 26,18 50,5",
      "~60,6 76,28 70,68 46,94 26,76 30,32 56,5 66,10",
      "~48,12 80,26 82,70 50,88 18,72 20,28 52,12"
    },
    {"52,5 50,95", "36,20 53,5 52,95", "36,20 52,5 52,95;34,95 70,95", "~60,5 54,40 44,95"},
    {
      "~20,28 32,8 60,6 76,24 66,50 42,74 18,94;18,94 84,94",
      "~22,25 40,6 68,12 72,36 50,64 24,88 22,95 38,84 56,88 70,95 86,86",
      "~24,30 30,10 55,4 74,18 70,42 45,70 20,92;20,92 50,90 82,94"
    },
    {
      "~22,14 45,4 72,12 72,34 46,46;~46,46 78,54 80,82 52,96 20,84",
      "22,6 78,6 48,40;~48,40 76,48 82,72 62,94 36,95 18,84",
      "~25,20 42,5 68,10 70,32 42,47 72,52 78,78 55,95 22,86"
    },
    {
      "66,95 66,5 16,66 86,66",
      "26,6 20,54 82,54;70,20 68,96",
      "60,5 18,60 84,60;62,36 60,95",
      "~24,6 18,40 34,54 72,46;~76,6 70,50 68,95"
    },
    {
      "78,6 28,6 24,44;~24,44 50,36 76,48 80,72 62,94 36,95 18,84",
      "26,8 24,45;~24,45 55,38 78,58 70,88 40,96 18,86;26,8 76,8",
      "~76,8 50,6 30,10 26,42 56,42 76,60 70,86 44,96 20,86"
    },
    {
      "~68,6 40,24 22,58 28,88 52,96 76,84 76,62 54,50 30,60 24,74",
      "~60,4 34,40 24,72 40,95 66,92 74,70 58,56 36,62 26,78",
      "~76,14 58,5 34,20 20,52 24,84 50,96 74,84 78,66 58,52 34,58 22,72"
    },
    {
      "18,8 82,8 42,95",
      "18,8 82,8 42,95;34,50 74,50",
      "18,22 18,8 80,8;~80,8 58,40 46,70 42,96",
      "~18,12 48,6 80,8 66,44 50,95"
    },
    {
      "~50,48 26,32 30,10 50,4 70,10 74,32 50,48 22,66 24,88 50,96 76,88 78,66 50,48",
      "~74,16 52,4 28,14 32,36 66,58 76,82 50,96 24,82 32,58 64,38 74,16",
      "~50,5 72,26 50,47 28,26 50,5;~50,47 80,72 50,96 20,72 50,47"
    },
    {
      "~74,30 54,50 28,42 26,16 50,4 72,14 75,32 72,66 62,95",
      "~74,22 50,6 26,22 34,46 58,46 74,22;74,22 70,95",
      "~76,18 56,4 28,14 26,38 50,48 72,36 76,18 76,60 64,88 38,96 24,88"
    }
  };

  /** A line with corners, in coordinates from -0.5 to 0.5. */
  record Stroke(double[] x, double[] y) {}

  private DigitStrokes() {}

  /** In how many ways a digit is written. */
  static int ways(int digit) {
    return WAYS[digit].length;
  }

  /** The strokes of one way to write a digit. */
  static List<Stroke> of(int digit, int way) {
    List<Stroke> strokes = new ArrayList<>();
    for (String text : WAYS[digit][way].split(";")) {
      boolean smooth = text.startsWith("~");
      String[] points = (smooth ? text.substring(1) : text).split(" ");
      double[] x = new double[points.length];
      double[] y = new double[points.length];
      for (int i = 0; i < points.length; i++) {
        String[] pair = points[i].split(",");
        x[i] = Integer.parseInt(pair[0]) / 100.0 - 0.5;
        y[i] = Integer.parseInt(pair[1]) / 100.0 - 0.5;
      }
      // corners are cut into pieces too, so that distortion can bend the lines between them
      strokes.add(new Stroke(pieces(x, smooth), pieces(y, smooth)));
    }
    return strokes;
  }

  private static double[] pieces(double[] points, boolean smooth) {
    double[] result = new double[(points.length - 1) * PIECES + 1];
    for (int i = 0; i + 1 < points.length; i++) {
      for (int j = 0; j < PIECES; j++) {
        double t = (double) j / PIECES;
        result[i * PIECES + j] =
            smooth ? catmullRom(points, i, t) : points[i] + t * (points[i + 1] - points[i]);
      }
    }
    result[result.length - 1] = points[points.length - 1];
    return result;
  }

  /** The spline of Catmull and Rom, "A class of local interpolating splines", 1974. */
  private static double catmullRom(double[] points, int i, double t) {
    double before = points[Math.max(0, i - 1)];
    double from = points[i];
    double to = points[i + 1];
    double after = points[Math.min(points.length - 1, i + 2)];
    return from
        + 0.5
            * t
            * (to
                - before
                + t
                    * (2 * before
                        - 5 * from
                        + 4 * to
                        - after
                        + t * (3 * (from - to) + after - before)));
  }
}
