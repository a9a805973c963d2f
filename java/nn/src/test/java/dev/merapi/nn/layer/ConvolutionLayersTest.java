package dev.merapi.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Build;
import dev.merapi.nn.Layer;
import dev.merapi.nn.init.Constant;
import dev.merapi.nn.init.Ones;
import dev.merapi.nn.init.Zeros;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The convolutions beside Conv2d: shapes, variables, small sums by hand, errors. */
class ConvolutionLayersTest {
  private final Build build = Build.training();

  private static float[] run(Layer layer, HostTensor x) {
    Build build = Build.inference();
    var y = build.net().apply("it", layer, build.input(x.shape().toArray()));
    return build.run(y, Map.of("x", x)).get("y").toFloatArray();
  }

  @Test
  void transposedHasPyTorchsShapes() {
    // torch.nn.ConvTranspose2d(3, 6, 5, stride=3, padding=2, output_padding=1, groups=3,
    // dilation=2)
    Layer layer =
        new ConvTranspose2d(6, 5).stride(3).padding(2).outputPadding(1).groups(3).dilation(2);

    assertThat(build.shape(layer, 2, 3, 4, 7)).containsExactly(2, 6, 15, 24);
    assertThat(build.variables()).containsExactly("it.weight F32[3, 2, 5, 5]", "it.bias F32[6]");
  }

  @Test
  void transposedSpreadsEachElement() {
    Layer layer =
        new ConvTranspose2d(1, 2).stride(2).weightInit(new Ones()).biasInit(new Constant(0.5));
    HostTensor x = HostTensor.of(Shape.of(1, 1, 1, 2), 1f, 2f);

    assertThat(run(layer, x)).containsExactly(1.5f, 1.5f, 2.5f, 2.5f, 1.5f, 1.5f, 2.5f, 2.5f);
    // windows overlap by one column, and one column and row are cut off around
    Layer overlapping =
        new ConvTranspose2d(1, 3).padding(1).weightInit(new Ones()).biasInit(new Zeros());
    assertThat(run(overlapping, x)).containsExactly(3, 3);
  }

  @Test
  void transposedErrors() {
    assertThatThrownBy(() -> new ConvTranspose2d(4, 3).stride(2).outputPadding(2))
        .hasMessage("convTranspose2d: expected an outputPadding of 0 to stride - 1 = 1, found 2");
    assertThatThrownBy(() -> new ConvTranspose2d(4, 3).groups(3))
        .hasMessageContaining("found 3 and 4");
    assertThatThrownBy(() -> new ConvTranspose2d(4, 0)).hasMessageStartingWith("convTranspose2d: ");
    assertThatThrownBy(() -> build.shape(new ConvTranspose2d(4, 3), 2, 3))
        .hasMessage("net/it: convTranspose2d: expected [N, C, H, W], found [2, 3]");
    assertThatThrownBy(
            () -> Build.training().shape(new ConvTranspose2d(4, 3).groups(2), 2, 3, 4, 4))
        .hasMessage("net/it: convTranspose2d: 3 input channels do not divide into 2 groups");
    assertThatThrownBy(
            () -> Build.training().shape(new ConvTranspose2d(4, 3).padding(2), 1, 1, 2, 2))
        .hasMessage("net/it: padding 2x2 leaves nothing of input [1, 1, 2, 2]");
  }

  @Test
  void depthwiseHasOneGroupForEachChannel() {
    assertThat(build.shape(new DepthwiseConv2d(3).multiplier(2).stride(2).padding(1), 2, 5, 7, 8))
        .containsExactly(2, 10, 4, 4);
    assertThat(build.variables()).containsExactly("it.weight F32[10, 1, 3, 3]", "it.bias F32[10]");
    assertThatThrownBy(() -> new DepthwiseConv2d(3).multiplier(0)).hasMessageContaining("found 0");
    assertThatThrownBy(() -> Build.training().shape(new DepthwiseConv2d(3), 2, 5))
        .hasMessage("net/it: depthwiseConv2d: expected [N, C, H, W], found [2, 5]");
  }

  @Test
  void oneDimension() {
    Layer layer = new Conv1d(4, 3).stride(2).padding(2).dilation(2).groups(2);

    assertThat(build.shape(layer, 3, 6, 9)).containsExactly(3, 4, 5);
    assertThat(build.variables()).containsExactly("it.weight F32[4, 3, 3]", "it.bias F32[4]");
    assertThatThrownBy(() -> Build.training().shape(layer, 3, 6, 9, 1))
        .hasMessage("net/it: conv1d: expected [N, C, L], found [3, 6, 9, 1]");
    assertThatThrownBy(() -> Build.training().shape(layer, 3, 5, 9))
        .hasMessage("net/it: conv1d: 5 input channels do not divide into 2 groups");
    assertThatThrownBy(() -> new Conv1d(4, 3).stride(0)).hasMessageStartingWith("conv1d: ");
    HostTensor x = HostTensor.of(Shape.of(1, 1, 4), 1f, 2f, 4f, 8f);
    Conv1d sums = new Conv1d(1, 2).weightInit(new Ones()).biasInit(new Constant(0.5));
    assertThat(run(sums, x)).containsExactly(3.5f, 6.5f, 12.5f);
  }

  @Test
  void everyPlaceOfALocallyConnectedLayerHasItsOwnFilters() {
    assertThat(build.shape(new LocallyConnected(4, 3).stride(2).padding(1), 2, 3, 5, 7))
        .containsExactly(2, 4, 3, 4);
    assertThat(build.variables())
        .containsExactly("it.weight F32[12, 4, 3, 3, 3]", "it.bias F32[4, 3, 4]");
    HostTensor x = HostTensor.of(Shape.of(1, 1, 2, 3), 1f, 2f, 3f, 4f, 5f, 6f);
    Layer sums = new LocallyConnected(1, 2).weightInit(new Ones()).biasInit(new Constant(0.5));
    assertThat(run(sums, x)).containsExactly(12.5f, 16.5f);
    assertThatThrownBy(() -> Build.training().shape(new LocallyConnected(4, 3), 2, 3, 2, 7))
        .hasMessage(
            "net/it: locallyConnected: kernel 3x3 is larger than the padded input, 2 at an edge");
    assertThatThrownBy(() -> Build.training().shape(new LocallyConnected(4, 3), 2, 3))
        .hasMessage("net/it: locallyConnected: expected [N, C, H, W], found [2, 3]");
    assertThatThrownBy(() -> new LocallyConnected(0, 3)).hasMessageContaining("found 1 and 0");
  }

  /** As a convolution's filters begin: within 1 / sqrt(3 * 3 * 2). */
  @Test
  void locallyConnectedFiltersBeginByTheirOwnFans() {
    build.shape(new LocallyConnected(4, 3), 1, 2, 6, 6);
    HostTensor weight = build.variable("it.weight").initial().get();
    double largest = 0;
    for (int i = 0; i < weight.elements(); i++) {
      largest = Math.max(largest, Math.abs(weight.get(i)));
    }
    assertThat(largest).isBetween(0.9 / Math.sqrt(18), 1 / Math.sqrt(18));
  }
}
