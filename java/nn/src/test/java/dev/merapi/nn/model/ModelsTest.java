package dev.merapi.nn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Build;
import dev.merapi.nn.Model;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Tanh;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ModelsTest {
  static Stream<Arguments> published() {
    return Stream.of(
        Arguments.of(new SoftmaxRegression(), 7_850, 10),
        Arguments.of(new Mlp(), 535_818, 10),
        Arguments.of(new Lenet5(), 61_706, 10),
        Arguments.of(new Lenet1998(), 60_000, 10),
        Arguments.of(new VggSmall(), 3_248_202, 10),
        Arguments.of(new Alexnet(), 61_100_840, 1000),
        Arguments.of(new Alexnet().dropout(0), 61_100_840, 1000),
        Arguments.of(new Alexnet2012(), 60_965_224, 1000),
        Arguments.of(new VggA(), 132_863_336, 1000),
        Arguments.of(new VggALrn(), 132_863_336, 1000),
        Arguments.of(new VggB(), 133_047_848, 1000),
        Arguments.of(new VggC(), 133_638_952, 1000),
        Arguments.of(new VggD(), 138_357_544, 1000),
        Arguments.of(new VggE(), 143_667_240, 1000),
        Arguments.of(new Resnet18(), 11_689_512, 1000),
        Arguments.of(new Resnet34(), 21_797_672, 1000),
        Arguments.of(new Resnet50(), 25_557_032, 1000),
        Arguments.of(new Plain18(), 11_515_688, 1000),
        Arguments.of(new Plain34(), 21_623_848, 1000));
  }

  @ParameterizedTest
  @MethodSource("published")
  void parametersAreAsManyAsPublished(Model model, int parameters, int classes) {
    Build build = Build.training();
    Value logits = model.build(build.net(), batch(build, model));

    assertThat(Build.sizes(logits)).containsExactly(2, classes);
    assertThat(build.net().parameters().stream().mapToInt(p -> p.shape().elements()).sum())
        .isEqualTo(parameters);
  }

  @ParameterizedTest
  @MethodSource("published")
  void theLossReachesEveryParameter(Model model, int parameters, int classes) {
    Build build = Build.training();
    Value logits = model.build(build.net(), batch(build, model));
    Value labels = Input.of(build.net().graph(), "labels", new TensorType(DType.I32, Shape.of(2)));
    Value loss = new SoftmaxCrossEntropy().build(logits, labels);

    List<Value> weights = build.net().parameters();
    List<Value> gradients = Differentiator.gradients(loss, weights);

    assertThat(gradients)
        .extracting(Value::type)
        .isEqualTo(weights.stream().map(Value::type).toList());
    assertThat(gradients).noneMatch(gradient -> gradient.op() instanceof Constant);
  }

  private static Value batch(Build build, Model model) {
    return build.input(Shape.of(2).concat(model.inputShape()).toArray());
  }

  @Test
  void lenet5HasTheUsualNamesAndShapes() {
    Build build = Build.training();
    new Lenet5().build(build.net(), build.input(64, 1, 28, 28));

    assertThat(build.variables())
        .containsExactly(
            "conv1.weight F32[6, 1, 5, 5]",
            "conv1.bias F32[6]",
            "conv2.weight F32[16, 6, 5, 5]",
            "conv2.bias F32[16]",
            "fc1.weight F32[120, 400]",
            "fc1.bias F32[120]",
            "fc2.weight F32[84, 120]",
            "fc2.bias F32[84]",
            "fc3.weight F32[10, 84]",
            "fc3.bias F32[10]");
    assertThat(shapes(new Lenet5()))
        .containsExactly(
            "conv1 [2, 6, 28, 28]",
            "relu1 [2, 6, 28, 28]",
            "pool1 [2, 6, 14, 14]",
            "conv2 [2, 16, 10, 10]",
            "relu2 [2, 16, 10, 10]",
            "pool2 [2, 16, 5, 5]",
            "flatten1 [2, 400]",
            "fc1 [2, 120]",
            "relu3 [2, 120]",
            "fc2 [2, 84]",
            "relu4 [2, 84]",
            "fc3 [2, 10]");
  }

  @Test
  void theLargeModelsHaveThePapersShapes() {
    assertThat(shapes(new VggSmall()))
        .contains(
            "conv2 [2, 64, 32, 32]",
            "pool1 [2, 64, 16, 16]",
            "conv4 [2, 128, 16, 16]",
            "pool2 [2, 128, 8, 8]",
            "conv6 [2, 256, 8, 8]",
            "flatten1 [2, 4096]",
            "fc1 [2, 512]",
            "fc2 [2, 10]");
    assertThat(shapes(new Alexnet()))
        .contains(
            "conv1 [2, 64, 55, 55]",
            "pool1 [2, 64, 27, 27]",
            "conv2 [2, 192, 27, 27]",
            "pool2 [2, 192, 13, 13]",
            "conv3 [2, 384, 13, 13]",
            "conv4 [2, 256, 13, 13]",
            "conv5 [2, 256, 13, 13]",
            "pool3 [2, 256, 6, 6]",
            "flatten1 [2, 9216]",
            "dropout1 [2, 9216]",
            "fc1 [2, 4096]",
            "dropout2 [2, 4096]",
            "fc3 [2, 1000]");
  }

  /** Table I and section II.B of the paper: trainable parameters of C1, S2, C3, S4, C5 and F6. */
  @Test
  void lenet1998HasThePapersLayers() {
    Build build = Build.training();
    new Lenet1998().build(build.net(), build.input(2, 1, 32, 32));
    Map<String, Integer> sizes = new LinkedHashMap<>();
    for (Value parameter : build.net().parameters()) {
      String layer = ((Variable) parameter.op()).path().split("\\.")[0];
      sizes.merge(layer, parameter.shape().elements(), Integer::sum);
    }

    assertThat(sizes)
        .containsExactly(
            Map.entry("c1", 156),
            Map.entry("s2", 12),
            Map.entry("c3", 1_516),
            Map.entry("s4", 32),
            Map.entry("c5", 48_120),
            Map.entry("f6", 10_164));
    assertThat(build.variables())
        .contains("c3.table F32[96, 60]", "output.codes F32[10, 84]", "c3.weight F32[60, 5, 5]");
    assertThat(shapes(new Lenet1998()))
        .contains("c1 [2, 6, 28, 28]", "s4 [2, 16, 5, 5]", "c5 [2, 120, 1, 1]");
    assertThat(shapes(new Lenet1998().inputShape(Shape.of(1, 28, 28))))
        .contains("c1 [2, 6, 28, 28]", "c5 [2, 120, 1, 1]");
  }

  @Test
  void theGroupsOfAlexnet2012HalveTheFilters() {
    Build build = Build.training();
    new Alexnet2012().build(build.net(), build.input(2, 3, 224, 224));

    assertThat(build.variables())
        .contains(
            "conv1.weight F32[96, 3, 11, 11]",
            "conv2.weight F32[256, 48, 5, 5]",
            "conv3.weight F32[384, 256, 3, 3]",
            "conv4.weight F32[384, 192, 3, 3]",
            "conv5.weight F32[256, 192, 3, 3]",
            "fc1.weight F32[4096, 9216]");
    assertThat(shapes(new Alexnet2012()))
        .contains("conv1 [2, 96, 55, 55]", "pool2 [2, 256, 13, 13]", "pool3 [2, 256, 6, 6]");
  }

  @Test
  void theNetworksOfVggHaveThePapersConvolutions() {
    assertThat(shapes(new VggE()))
        .contains("conv2 [2, 64, 224, 224]", "conv16 [2, 512, 14, 14]", "pool5 [2, 512, 7, 7]")
        .doesNotContain("conv17 [2, 512, 14, 14]");
    assertThat(shapes(new VggALrn()))
        .startsWith(
            "conv1 [2, 64, 224, 224]",
            "relu1 [2, 64, 224, 224]",
            "localResponseNorm1 [2, 64, 224, 224]",
            "pool1 [2, 64, 112, 112]");
    Build build = Build.training();
    new VggC().build(build.net(), build.input(2, 3, 224, 224));
    assertThat(build.variables())
        .contains(
            "conv6.weight F32[256, 256, 3, 3]",
            "conv7.weight F32[256, 256, 1, 1]",
            "conv10.weight F32[512, 512, 1, 1]",
            "conv13.weight F32[512, 512, 1, 1]");
  }

  @Test
  void residualNetworksHaveThePapersStages() {
    assertThat(shapes(new Resnet50()))
        .containsSubsequence(
            "conv1 [2, 64, 112, 112]",
            "pool1 [2, 64, 56, 56]",
            "block3 [2, 256, 56, 56]",
            "block7 [2, 512, 28, 28]",
            "block13 [2, 1024, 14, 14]",
            "block16 [2, 2048, 7, 7]",
            "pool2 [2, 2048]",
            "fc [2, 1000]");
    assertThat(shapes(new Plain34())).contains("block16 [2, 512, 7, 7]");
    Build build = Build.training();
    new Resnet18().build(build.net(), build.input(2, 3, 224, 224));
    assertThat(build.variables())
        .contains(
            "block1.body.conv1.weight F32[64, 64, 3, 3]",
            "block3.body.conv1.weight F32[128, 64, 3, 3]",
            "block3.shortcut.conv1.weight F32[128, 64, 1, 1]",
            "block3.shortcut.batchNorm1.runningMean F32[128]")
        .doesNotContain("block1.shortcut.conv1.weight F32[64, 64, 1, 1]");
  }

  @Test
  void googlenetHasAuxiliaryHeadsWhileItTrains() {
    Googlenet model = new Googlenet();
    Build training = Build.training();
    Outputs outputs = model.build(training.net(), List.of(batch(training, model)));
    Build inference = Build.inference();
    Outputs alone = model.build(inference.net(), List.of(batch(inference, model)));

    assertThat(outputs.names()).containsExactly("main", "aux1", "aux2");
    assertThat(outputs.values())
        .allSatisfy(logits -> assertThat(Build.sizes(logits)).containsExactly(2, 1000));
    assertThat(alone.names()).containsExactly("main");
    assertThat(inference.variables()).isEqualTo(training.variables());
    assertThat(training.net().parameters().stream().mapToInt(p -> p.shape().elements()).sum())
        .isEqualTo(13_378_280);
  }

  /** The output sizes of the paper's table 1, by the filters that follow them. */
  @Test
  void googlenetHasThePapersSizes() {
    Build build = Build.training();
    new Googlenet().build(build.net(), build.input(2, 3, 224, 224));

    assertThat(build.variables())
        .contains(
            "inception3a.branch3.conv2.weight F32[32, 16, 5, 5]",
            "inception3b.branch1.conv1.weight F32[128, 256, 1, 1]",
            "inception4a.branch2.conv2.weight F32[208, 96, 3, 3]",
            "inception4e.branch1.conv1.weight F32[256, 528, 1, 1]",
            "inception5b.branch1.conv1.weight F32[384, 832, 1, 1]",
            "aux1.conv1.weight F32[128, 512, 1, 1]",
            "aux1.fc1.weight F32[1024, 2048]",
            "aux2.fc1.weight F32[1024, 2048]",
            "fc.weight F32[1000, 1024]");
    assertThatThrownBy(() -> new Googlenet().inputShape(Shape.of(3, 64, 65)))
        .hasMessage("inputShape must be [C, H, W] with H and W of at least 65, found [3, 64, 65]");
    Build small = Build.training();
    new Googlenet().inputShape(Shape.of(3, 65, 65)).build(small.net(), small.input(2, 3, 65, 65));
    assertThat(small.variables()).contains("aux2.fc1.weight F32[1024, 128]");
  }

  /** The last maps are 1x1. */
  @Test
  void smallImagesFitResidualNetworks() {
    assertThat(shapes(new Resnet18().inputShape(Shape.of(3, 32, 32)).classes(10)))
        .contains("block8 [2, 512, 1, 1]", "fc [2, 10]");
  }

  /** Each layer's name and output, built one after the other. */
  private static List<String> shapes(SequentialModel model) {
    Build build = Build.training();
    Value value = batch(build, model);
    List<String> shapes = new ArrayList<>();
    for (Sequential.Child child : model.layers().children()) {
      value = build.net().apply(child.name(), child.layer(), value);
      shapes.add(child.name() + " " + value.shape());
    }
    return shapes;
  }

  @Test
  void charLstmGivesLogitsAtEveryPlace() {
    Build build = Build.training();
    TensorType text = new TensorType(DType.I32, Shape.of(2, 64));
    Value logits = new CharLstm().build(build.net(), Input.of(build.net().graph(), "text", text));
    Value labels = Input.of(build.net().graph(), "labels", text);
    Value loss = new SoftmaxCrossEntropy().build(logits, labels);

    assertThat(Build.sizes(logits)).containsExactly(2, 64, 65);
    assertThat(build.variables())
        .containsExactly("lstm.weight F32[857088]", "fc.weight F32[65, 256]", "fc.bias F32[65]");
    assertThat(build.net().parameters().stream().mapToInt(p -> p.shape().elements()).sum())
        .isEqualTo(873_793);
    assertThat(Differentiator.gradients(loss, build.net().parameters()))
        .noneMatch(gradient -> gradient.op() instanceof Constant);
  }

  @Test
  void charLstmSaysWhatItReads() {
    Build build = Build.training();
    assertThatThrownBy(() -> new CharLstm().build(build.net(), build.input(2, 64)))
        .hasMessage("charLstm: expected characters I32 [N, T], found F32[2, 64]");
  }

  @Test
  void inputAndClassesMayComeFromTheData() {
    Build xor = Build.training();
    Mlp mlp = new Mlp().inputShape(Shape.of(2)).hidden(8).classes(2).activation(new Tanh());
    mlp.build(xor.net(), batch(xor, mlp));
    assertThat(xor.variables())
        .containsExactly(
            "fc1.weight F32[8, 2]", "fc1.bias F32[8]", "fc2.weight F32[2, 8]", "fc2.bias F32[2]");

    Build colour = Build.training();
    new Lenet5(Shape.of(3, 32, 32), 100).build(colour.net(), colour.input(1, 3, 32, 32));
    assertThat(colour.variables())
        .contains("conv1.weight F32[6, 3, 5, 5]", "fc1.weight F32[120, 576]", "fc3.bias F32[100]");
  }

  @ParameterizedTest
  @MethodSource("smallest")
  void theSmallestInputsAreAsDocumented(Model fits, Model tooSmall, String where) {
    Build build = Build.training();
    fits.build(build.net(), batch(build, fits));

    Build failing = Build.training();
    assertThatThrownBy(() -> tooSmall.build(failing.net(), batch(failing, tooSmall)))
        .isInstanceOf(GraphException.class)
        .hasMessageStartingWith("net/" + where + ": maxPool2d: ");
  }

  static Stream<Arguments> smallest() {
    return Stream.of(
        Arguments.of(
            new Lenet5(Shape.of(1, 12, 12), 10), new Lenet5(Shape.of(1, 11, 11), 10), "pool2"),
        Arguments.of(
            new VggSmall(Shape.of(3, 8, 8), 10), new VggSmall(Shape.of(3, 7, 7), 10), "pool3"),
        Arguments.of(
            new Alexnet().inputShape(Shape.of(3, 63, 63)),
            new Alexnet().inputShape(Shape.of(3, 62, 62)),
            "pool3"));
  }

  @Test
  void whatIsTooSmallIsSaid() {
    assertThatThrownBy(() -> new VggD().inputShape(Shape.of(3, 32, 31)))
        .isInstanceOf(GraphException.class)
        .hasMessage("inputShape must be [C, H, W] with H and W of at least 32, found [3, 32, 31]");
    assertThatThrownBy(() -> new Lenet1998().inputShape(Shape.of(1, 27, 28)))
        .hasMessage("inputShape must be [C, H, W] with H and W of at least 28, found [1, 27, 28]");
    assertThatThrownBy(() -> new Alexnet2012().inputShape(Shape.of(62, 62)))
        .hasMessage("inputShape must be [C, H, W] with H and W of at least 63, found [62, 62]");
    for (Model model :
        List.of(
            new Alexnet2012().inputShape(Shape.of(3, 63, 63)),
            new VggA().inputShape(Shape.of(1, 32, 32)),
            new VggE().inputShape(Shape.of(3, 32, 32)),
            new Resnet50().inputShape(Shape.of(3, 1, 1)))) {
      Build build = Build.training();
      assertThat(Build.sizes(model.build(build.net(), batch(build, model))))
          .containsExactly(2, 1000);
    }
  }

  @Test
  void aRowOfLayersIsAModelToo() {
    Build build = Build.training();
    Model model = Model.of("tiny", Shape.of(4), Sequential.of(new Dense(3)));

    assertThat(Build.sizes(model.build(build.net(), batch(build, model)))).containsExactly(2, 3);
    assertThat(model.name()).isEqualTo("tiny");
    assertThat(build.net().parameters()).hasSize(2);
  }
}
