package dev.merapi.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Build;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.init.Constant;
import dev.merapi.nn.init.Ones;
import java.util.Map;
import org.junit.jupiter.api.Test;

class Conv2dTest {
  private final Build build = Build.training();

  @Test
  void shapesFollowPyTorch() {
    assertThat(build.shape(new Conv2d(6, 5), 2, 3, 28, 20)).containsExactly(2, 6, 24, 16);
    assertThat(build.variables()).containsExactly("it.weight F32[6, 3, 5, 5]", "it.bias F32[6]");
  }

  @Test
  void strideAndPaddingRoundDown() {
    Conv2d conv = new Conv2d(64, 11).stride(4).padding(2);

    assertThat(build.shape(conv, 1, 3, 224, 224)).containsExactly(1, 64, 55, 55);
  }

  @Test
  void dilationWidensTheFilter() {
    assertThat(build.shape(new Conv2d(1, 3).dilation(2), 1, 1, 7, 5)).containsExactly(1, 1, 3, 1);
  }

  @Test
  void groupsDivideTheChannels() {
    assertThat(build.shape(new Conv2d(8, 1).groups(2).bias(false), 1, 4, 2, 2))
        .containsExactly(1, 8, 2, 2);
    assertThat(build.variables()).containsExactly("it.weight F32[8, 2, 1, 1]");
  }

  @Test
  void theBiasIsAddedToEachChannel() {
    Conv2d conv = new Conv2d(2, 2).weightInit(new Ones()).biasInit(new Constant(0.5));
    HostTensor x = HostTensor.of(Shape.of(1, 1, 2, 3), 1f, 2f, 3f, 4f, 5f, 6f);

    HostTensor y =
        build
            .run(build.net().apply("conv", conv, build.input(1, 1, 2, 3)), Map.of("x", x))
            .get("y");

    assertThat(y.toFloatArray()).containsExactly(12.5f, 16.5f, 12.5f, 16.5f);
  }

  @Test
  void errorsNameThePath() {
    assertThatThrownBy(() -> build.shape(new Conv2d(6, 5), 2, 784))
        .isInstanceOf(GraphException.class)
        .hasMessage("net/it: conv2d: expected [N, C, H, W], found [2, 784]");
    assertThatThrownBy(() -> Build.training().shape(new Conv2d(6, 1).groups(2), 2, 3, 4, 4))
        .hasMessage("net/it: conv2d: 3 input channels do not divide into 2 groups");
    assertThatThrownBy(() -> Build.training().shape(new Conv2d(6, 5), 2, 3, 4, 4))
        .hasMessage("net/it: conv2d: kernel 5x5 is larger than the padded input 4x4");
    Sequential row = Sequential.of(new Conv2d(6, 5), new Conv2d(6, 5));
    assertThatThrownBy(() -> Build.training().shape(row, 2, 3, 8, 8))
        .hasMessageStartingWith("net/it/conv2: conv2d: ");
  }

  @Test
  void impossibleOptionsAreRefused() {
    assertThatThrownBy(() -> new Conv2d(0, 5)).isInstanceOf(GraphException.class);
    assertThatThrownBy(() -> new Conv2d(6, 5).stride(0)).hasMessageContaining("stride");
    assertThatThrownBy(() -> new Conv2d(6, 5).padding(-1))
        .hasMessage("conv2d: padding must be at least 0, found -1");
    assertThatThrownBy(() -> new Conv2d(6, 5).groups(4))
        .hasMessage("conv2d: outChannels must be a multiple of groups, found 6 and 4");
  }

  @Test
  void theFirstFreeNumberOfConvNamesIt() {
    assertThat(new Conv2d(6, 5).name()).isEqualTo("conv");
  }
}
