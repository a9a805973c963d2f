package dev.merapi.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MovingDigitsTest {
  private static final DataDirectories NOWHERE = new DataDirectories(List.of(Path.of("nowhere")));

  /** Frames as [8][24][24] of the sample, and its label. */
  private record Video(int[][][] frames, int label) {
    static Video of(Dataset data, int sample) {
      HostTensor input = HostTensor.zeros(data.inputType());
      HostTensor target = HostTensor.zeros(data.targetType());
      data.copy(sample, input.bytes(), target.bytes());
      int[][][] frames = new int[8][24][24];
      for (int i = 0; i < input.elements(); i++) {
        frames[i / 576][i / 24 % 24][i % 24] = (int) input.get(i);
      }
      return new Video(frames, (int) target.item());
    }

    /** Whether a frame is another one, moved on a ring. */
    boolean isMoved(int frame, int rows, int columns) {
      for (int i = 0; i < 576; i++) {
        int row = Math.floorMod(i / 24 + rows, 24);
        int column = Math.floorMod(i % 24 + columns, 24);
        if (frames[frame][row][column] != frames[frame - 1][i / 24][i % 24]) {
          return false;
        }
      }
      return true;
    }
  }

  /** Labels are right, left, down, up; each frame is the one before, moved by 1 or 2 pixels. */
  @Test
  void theDigitMovesWhereTheLabelSays() {
    Dataset data = new MovingDigits().open("test", NOWHERE);
    assertThat(data.inputType()).isEqualTo(new TensorType(DType.U8, Shape.of(8, 1, 24, 24)));
    assertThat(data.classNames()).containsExactly("right", "left", "down", "up");
    int[][] ways = {{0, 1}, {0, -1}, {1, 0}, {-1, 0}};
    for (int sample = 0; sample < 40; sample++) {
      Video video = Video.of(data, sample);
      assertThat(video.label()).isEqualTo(sample % 4);
      int[] way = ways[video.label()];
      for (int frame = 1; frame < 8; frame++) {
        assertThat(
                video.isMoved(frame, way[0], way[1])
                    || video.isMoved(frame, 2 * way[0], 2 * way[1]))
            .as("sample %d, frame %d", sample, frame)
            .isTrue();
      }
    }
  }

  @Test
  void theDigitMayBeTheLabel() {
    MovingDigits.Label digit = MovingDigits.Label.DIGIT;
    Dataset data = new MovingDigits(digit, 8, 100, 60, 1).open("test", NOWHERE);
    assertThat(data.size()).isEqualTo(60);
    assertThat(data.classes()).isEqualTo(10);
    assertThat(PairDataset.labels(data)).contains(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void oneFrameDoesNotMove() {
    assertThatThrownBy(() -> new MovingDigits(MovingDigits.Label.DIGIT, 1, 9, 9, 1))
        .hasMessageContaining("found frames 1");
  }
}
