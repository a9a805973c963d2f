package dev.merapi.core.op.window;

import static dev.merapi.core.op.Ops.avgPool2d;
import static dev.merapi.core.op.Ops.conv2d;
import static dev.merapi.core.op.Ops.maxPool2d;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowTest {
  private final Graph graph = new Graph("net", 1);

  private Value input(int... dims) {
    return Input.of(graph, "x" + graph.nodes().size(), TensorType.f32(dims));
  }

  private static void assertRefused(ThrowingCallable build, String message) {
    assertThatThrownBy(build).isInstanceOf(GraphException.class).hasMessage("net: " + message);
  }

  /** Sizes as torch.nn.Conv2d documents and gives them. */
  @ParameterizedTest
  @CsvSource({"28,5,1,2,1,28", "224,11,4,2,1,55", "7,3,2,0,1,3", "8,3,2,0,1,3", "9,3,1,0,4,1"})
  void outputSizes(int input, int kernel, int stride, int padding, int dilation, int output) {
    assertThat(new WindowAxis(kernel, stride, padding, dilation).output(input)).isEqualTo(output);
  }

  /** Kernel 3, dilation 2, padding 3: the first window lies at -3, -1, 1. */
  @Test
  void theInsideOfAWindow() {
    WindowAxis axis = new WindowAxis(3, 2, 3, 2);
    assertThat(axis.position(0, 2)).isEqualTo(1);
    assertThat(axis.firstInside(0)).isEqualTo(2);
    assertThat(axis.endInside(0, 4)).isEqualTo(3);
    assertThat(axis.firstInside(2)).isEqualTo(0);
    assertThat(axis.endInside(2, 4)).isEqualTo(2);
  }

  @Test
  void convolutionAndItsGradientsHaveTheRightShapes() {
    Value x = input(2, 4, 9, 8);
    Value weight = input(6, 2, 3, 2);
    Window2d window = Window2d.of(3, 2).stride(2, 3);
    Value y = conv2d(x, weight, window, 2);
    assertThat(y.type()).isEqualTo(TensorType.f32(2, 6, 4, 3));
    List<Value> gradients = Differentiator.gradients(Ops.sum(y), List.of(x, weight));
    assertThat(gradients.get(0).type()).isEqualTo(x.type());
    assertThat(gradients.get(1).type()).isEqualTo(weight.type());
  }

  @Test
  void noGradientOfAnInputThatNobodyAskedFor() {
    Value weight = input(6, 1, 5, 5);
    Value y = conv2d(input(2, 1, 9, 8), weight, Window2d.of(5, 5), 1);
    Differentiator.gradients(Ops.sum(y), List.of(weight));
    assertThat(graph.nodes()).noneMatch(node -> node.op() instanceof Conv2dGradInput);
  }

  @Test
  void convolutionRefusesWhatDoesNotFit() {
    Window2d five = Window2d.of(5, 5);
    assertRefused(
        () -> conv2d(input(1, 3, 9, 9), input(8, 6, 5, 5), five, 1),
        "conv2d: input has 3 channels, weight expects 6");
    assertRefused(
        () -> conv2d(input(1, 6, 2, 4), input(8, 6, 5, 5), five.padding(1, 0), 1),
        "conv2d: kernel 5x5 is larger than the padded input 4x4");
    assertRefused(
        () -> conv2d(input(1, 6, 8, 8), input(8, 6, 5, 5), five.dilation(2, 1), 1),
        "conv2d: kernel 5x5, dilated to 9x5, is larger than the padded input 8x8");
    assertRefused(
        () -> conv2d(input(1, 6, 8, 8), input(8, 2, 5, 5), five, 3),
        "conv2d: 8 output channels do not divide into 3 groups");
    assertRefused(
        () -> conv2d(input(1, 6, 8, 8), input(8, 6, 3, 3), five, 1),
        "conv2d: window has kernel 5x5, weight has 3x3");
    assertRefused(
        () -> conv2d(input(6, 8, 8), input(8, 6, 5, 5), five, 1),
        "conv2d: expected floating-point input [N, C, H, W], found F32[6, 8, 8]");
    Value doubles = Input.of(graph, "d", new TensorType(DType.F64, Shape.of(1, 6, 8, 8)));
    assertRefused(
        () -> conv2d(doubles, input(8, 6, 5, 5), five, 1), "conv2d: input is F64, weight is F32");
    assertThatThrownBy(() -> five.stride(0, 1))
        .isInstanceOf(GraphException.class)
        .hasMessage("expected a stride of at least 1, found 0");
  }

  @Test
  void poolingRefusesWhatDoesNotFit() {
    Value x = input(1, 2, 4, 4);
    assertThat(maxPool2d(x, Window2d.square(3, 2, 1)).type()).isEqualTo(TensorType.f32(1, 2, 2, 2));
    assertRefused(
        () -> maxPool2d(x, Window2d.square(3, 2, 2)),
        "maxPool2d: padding must be at most half the kernel 3x3, found 2x2");
    assertRefused(
        () -> avgPool2d(x, Window2d.of(2, 2).dilation(1, 2)),
        "avgPool2d: a pooling window has no dilation, found 1x2");
    assertRefused(
        () -> avgPool2d(x, Window2d.of(5, 5)),
        "avgPool2d: kernel 5x5 is larger than the padded input 4x4");
  }

  @Test
  void aGradientMustHaveTheOutputsShape() {
    Conv2d op = new Conv2d(Window2d.of(3, 3), 1);
    assertRefused(
        () -> Conv2dGradFilter.of(input(1, 2, 5, 5), input(1, 4, 5, 5), op),
        "conv2dGradFilter: expected gradOutput F32[1, 4, 3, 3] for input F32[1, 2, 5, 5],"
            + " found F32[1, 4, 5, 5]");
  }
}
