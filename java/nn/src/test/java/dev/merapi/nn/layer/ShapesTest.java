package dev.merapi.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Build;
import dev.merapi.nn.Layer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Pools, and layers that only move elements. */
class ShapesTest {
  private static final HostTensor IMAGE = HostTensor.of(Shape.of(1, 1, 2, 2), 1f, 2f, 3f, 4f);

  private static float[] run(Layer layer, HostTensor x) {
    Build build = Build.inference();
    var y = build.net().apply("it", layer, build.input(x.shape().toArray()));
    return build.run(y, Map.of("x", x)).get("y").toFloatArray();
  }

  private static List<Integer> shape(Layer layer, int... dims) {
    return Build.training().shape(layer, dims);
  }

  @Test
  void globalPoolsLeaveTheChannels() {
    HostTensor x = HostTensor.of(Shape.of(1, 2, 1, 3), 1f, 2f, 6f, -1f, -2f, -3f);

    assertThat(run(new GlobalAvgPool2d(), x)).containsExactly(3, -2);
    assertThat(run(new GlobalMaxPool2d(), x)).containsExactly(6, -1);
    assertThat(shape(new GlobalAvgPool2d(), 2, 3, 5, 4)).containsExactly(2, 3);
    assertThat(shape(new GlobalMaxPool1d(), 2, 3, 5)).containsExactly(2, 3);
    assertThat(shape(new GlobalAvgPool1d(), 2, 3, 5)).containsExactly(2, 3);
    assertThatThrownBy(() -> shape(new GlobalAvgPool1d(), 2, 3, 5, 4))
        .hasMessage("net/it: globalAvgPool1d: expected [N, C, L], found [2, 3, 5, 4]");
    assertThatThrownBy(() -> shape(new GlobalMaxPool2d(), 2, 3, 5))
        .hasMessage("net/it: globalMaxPool2d: expected [N, C, H, W], found [2, 3, 5]");
  }

  @Test
  void poolsOfSequences() {
    HostTensor x = HostTensor.of(Shape.of(1, 1, 5), 1f, 3f, 2f, -1f, 7f);

    assertThat(run(new MaxPool1d(2), x)).containsExactly(3, 2);
    assertThat(run(new AvgPool1d(2).stride(1), x)).containsExactly(2, 2.5f, 0.5f, 3);
    assertThat(run(new AvgPool1d(3).padding(1), x)).containsExactly(4 / 3f, 8 / 3f);
    assertThatThrownBy(() -> shape(new MaxPool1d(2), 2, 3))
        .hasMessage("net/it: maxPool1d: expected [N, C, L], found [2, 3]");
    assertThatThrownBy(() -> new AvgPool1d(3).padding(2)).hasMessageStartingWith("avgPool1d: ");
  }

  @Test
  void subsamplingHasAScaleAndABiasForEachChannel() {
    Build build = Build.training();

    assertThat(build.shape(new Subsampling2d(2), 2, 6, 28, 29)).containsExactly(2, 6, 14, 14);
    assertThat(build.variables()).containsExactly("it.weight F32[6]", "it.bias F32[6]");
    assertThat(run(new Subsampling2d(2), IMAGE)).containsExactly(2.5f);
    assertThatThrownBy(() -> new Subsampling2d(0)).hasMessageStartingWith("subsampling2d: ");
    assertThatThrownBy(() -> shape(new Subsampling2d(2), 2, 6))
        .hasMessage("net/it: subsampling2d: expected [N, C, H, W], found [2, 6]");
  }

  @Test
  void upsamplingRepeats() {
    assertThat(run(new Upsample2d(), IMAGE))
        .containsExactly(1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4);
    assertThat(shape(new Upsample2d(3), 2, 5, 3, 4)).containsExactly(2, 5, 9, 12);
    assertThatThrownBy(() -> new Upsample2d(0)).hasMessageContaining("found 0");
  }

  @Test
  void paddingIsPutLeftRightTopAndBottom() {
    assertThat(run(new ZeroPad2d(List.of(1, 0, 0, 1)), IMAGE))
        .containsExactly(0, 1, 2, 0, 3, 4, 0, 0, 0);
    assertThat(shape(new ZeroPad2d(List.of(2)), 2, 3, 4, 5)).containsExactly(2, 3, 8, 9);
    assertThatThrownBy(() -> new ZeroPad2d(List.of(1, 2)))
        .hasMessage(
            "zeroPad2d: expected [left, right, top, bottom] or [all sides] of at least 0,"
                + " found [1, 2]");
  }

  @Test
  void reshapeLeavesTheBatch() {
    assertThat(shape(new Reshape(List.of(2, -1)), 3, 4, 5)).containsExactly(3, 2, 10);
    assertThat(shape(new Reshape(List.of(20)), 3, 4, 5)).containsExactly(3, 20);
    assertThatThrownBy(() -> shape(new Reshape(List.of(3, -1)), 3, 4, 5))
        .hasMessage("net/it: reshape: 20 elements of each sample of [3, 4, 5] do not fit [3, -1]");
    assertThatThrownBy(() -> shape(new Reshape(List.of(7)), 3, 4, 5))
        .hasMessage("net/it: reshape: 20 elements of each sample of [3, 4, 5] do not fit [7]");
    assertThatThrownBy(() -> new Reshape(List.of(-1, -1))).hasMessageEndingWith("found [-1, -1]");
  }

  @Test
  void permuteNamesAllAxes() {
    assertThat(shape(new Permute(List.of(0, 2, 1)), 3, 4, 5)).containsExactly(3, 5, 4);
    assertThat(run(new Permute(List.of(0, 1, -1, 2)), IMAGE)).containsExactly(1, 3, 2, 4);
    assertThatThrownBy(() -> shape(new Permute(List.of(0, 1)), 3, 4, 5))
        .hasMessageContaining("expected every axis");
  }

  @Test
  void groupsOfChannelsAreStandardized() {
    HostTensor x = HostTensor.of(Shape.of(1, 4), 1f, 3f, -5f, 5f);

    // (1 - 2) / sqrt(1 + 3), then 5 / sqrt(25 + 3)
    assertThat(run(new GroupNorm(2).epsilon(3), x))
        .containsExactly(-0.5f, 0.5f, -0.944911183f, 0.944911183f);
    Build build = Build.training();
    build.shape(new GroupNorm(2), 2, 4, 3, 3);
    assertThat(build.variables()).containsExactly("it.weight F32[4]", "it.bias F32[4]");
    assertThatThrownBy(() -> shape(new GroupNorm(3), 2, 4, 3))
        .hasMessage(
            "net/it: groupNorm: expected [N, C, ...] with a multiple of 3 channels, found [2, 4,"
                + " 3]");
    assertThatThrownBy(() -> new GroupNorm(0)).hasMessageContaining("found 0");
  }

  @Test
  void instanceNormHasVariablesOnlyWhereAffine() {
    Build plain = Build.training();
    Build affine = Build.training();
    plain.shape(new InstanceNorm(), 2, 3, 4, 4);
    affine.shape(new InstanceNorm().affine(true), 2, 3, 4, 4);

    assertThat(plain.variables()).isEmpty();
    assertThat(affine.variables()).containsExactly("it.weight F32[3]", "it.bias F32[3]");
    assertThatThrownBy(() -> shape(new InstanceNorm(), 2, 3))
        .hasMessage("net/it: instanceNorm: expected [N, C, ...], found [2, 3]");
  }
}
