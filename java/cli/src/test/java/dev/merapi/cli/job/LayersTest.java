package dev.merapi.cli.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.cli.yaml.RecordMapper;
import dev.merapi.cli.yaml.YamlReader;
import dev.merapi.core.op.recurrent.Rnn.Mode;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Model;
import dev.merapi.nn.init.HeNormal;
import dev.merapi.nn.init.Identity;
import dev.merapi.nn.init.Zeros;
import dev.merapi.nn.layer.AdditiveAttention;
import dev.merapi.nn.layer.AvgPool1d;
import dev.merapi.nn.layer.Conv1d;
import dev.merapi.nn.layer.ConvTranspose2d;
import dev.merapi.nn.layer.Crf;
import dev.merapi.nn.layer.DepthwiseConv2d;
import dev.merapi.nn.layer.DotAttention;
import dev.merapi.nn.layer.GlobalAvgPool1d;
import dev.merapi.nn.layer.GlobalAvgPool2d;
import dev.merapi.nn.layer.GlobalMaxPool1d;
import dev.merapi.nn.layer.GlobalMaxPool2d;
import dev.merapi.nn.layer.GroupNorm;
import dev.merapi.nn.layer.Gru;
import dev.merapi.nn.layer.InstanceNorm;
import dev.merapi.nn.layer.LocallyConnected;
import dev.merapi.nn.layer.Lstm;
import dev.merapi.nn.layer.MaxPool1d;
import dev.merapi.nn.layer.Maxout;
import dev.merapi.nn.layer.MultiHeadAttention;
import dev.merapi.nn.layer.PeepholeLstm;
import dev.merapi.nn.layer.Permute;
import dev.merapi.nn.layer.PositionEmbedding;
import dev.merapi.nn.layer.PositionalEncoding;
import dev.merapi.nn.layer.PreLu;
import dev.merapi.nn.layer.Reshape;
import dev.merapi.nn.layer.Rnn;
import dev.merapi.nn.layer.Selu;
import dev.merapi.nn.layer.Step;
import dev.merapi.nn.layer.Subsampling2d;
import dev.merapi.nn.layer.TimeDistributed;
import dev.merapi.nn.layer.Upsample2d;
import dev.merapi.nn.layer.ZeroPad2d;
import dev.merapi.nn.model.Mlp;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers and activations as job files write them. */
class LayersTest {
  private static final RecordMapper MAPPER = new RecordMapper(Kinds.registry());

  static Stream<Arguments> layers() {
    return Stream.of(
        Arguments.of("additiveAttention: {units: 8}", new AdditiveAttention(8)),
        Arguments.of("avgPool1d: {kernel: 2}", new AvgPool1d(2)),
        Arguments.of(
            "conv1d: {outChannels: 8, kernel: 3, stride: 2, padding: 1, dilation: 2, groups: 4}",
            new Conv1d(8, 3).stride(2).padding(1).dilation(2).groups(4)),
        Arguments.of(
            "convTranspose2d: {outChannels: 8, kernel: 4, stride: 2, outputPadding: 1, groups: 2,"
                + " bias: false, weightInit: heNormal}",
            new ConvTranspose2d(8, 4)
                .stride(2)
                .outputPadding(1)
                .groups(2)
                .bias(false)
                .weightInit(new HeNormal())),
        Arguments.of("crf", new Crf()),
        Arguments.of("crf: {init: zeros}", new Crf(new Zeros())),
        Arguments.of(
            "depthwiseConv2d: {kernel: 3, multiplier: 2, padding: 1}",
            new DepthwiseConv2d(3).multiplier(2).padding(1)),
        Arguments.of("dotAttention", new DotAttention()),
        Arguments.of("dotAttention: {general: true}", new DotAttention(true)),
        Arguments.of("globalAvgPool1d", new GlobalAvgPool1d()),
        Arguments.of("globalAvgPool2d", new GlobalAvgPool2d()),
        Arguments.of("globalMaxPool1d", new GlobalMaxPool1d()),
        Arguments.of("globalMaxPool2d", new GlobalMaxPool2d()),
        Arguments.of("groupNorm: {groups: 4}", new GroupNorm(4)),
        Arguments.of("gru: {hidden: 8}", new Gru(8)),
        Arguments.of("instanceNorm: {affine: true}", new InstanceNorm().affine(true)),
        Arguments.of(
            "locallyConnected: {outChannels: 4, kernel: 3, stride: 2, biasInit: zeros}",
            new LocallyConnected(4, 3).stride(2).biasInit(new Zeros())),
        Arguments.of(
            "lstm: {hidden: 8, layers: 2, bidirectional: true}",
            new Lstm(8).layers(2).bidirectional(true)),
        Arguments.of("maxPool1d: {kernel: 3, stride: 2}", new MaxPool1d(3).stride(2)),
        Arguments.of("maxout: {pieces: 3}", new Maxout(3)),
        Arguments.of(
            "multiHeadAttention: {heads: 4, dropout: 0.1, causal: true}",
            new MultiHeadAttention(4).dropout(0.1).causal(true)),
        Arguments.of("peepholeLstm: {hidden: 8}", new PeepholeLstm(8)),
        Arguments.of("permute: {axes: [0, 2, 1]}", new Permute(List.of(0, 2, 1))),
        Arguments.of("rnn: {hidden: 8}", new Rnn(8)),
        Arguments.of(
            "rnn: {hidden: 8, activation: relu, recurrentInit: identity, biasInit: zeros}",
            new Rnn(8).activation(Mode.RELU).recurrentInit(new Identity()).biasInit(new Zeros())),
        Arguments.of(
            "timeDistributed: {layer: globalAvgPool2d}",
            new TimeDistributed(new GlobalAvgPool2d())),
        Arguments.of("positionEmbedding: {maxLength: 64}", new PositionEmbedding(64)),
        Arguments.of("positionalEncoding", new PositionalEncoding()),
        Arguments.of("preLu: {perChannel: true}", new PreLu().perChannel(true)),
        Arguments.of("reshape: {shape: [7, -1]}", new Reshape(List.of(7, -1))),
        Arguments.of("selu", new Selu()),
        Arguments.of("step", new Step()),
        Arguments.of("subsampling2d: {kernel: 2}", new Subsampling2d(2)),
        Arguments.of("upsample2d: {scale: 3}", new Upsample2d(3)),
        Arguments.of("zeroPad2d: {padding: [1]}", new ZeroPad2d(List.of(1, 1, 1, 1))));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void areNamedWithTheirOptions(String yaml, Layer layer) {
    assertThat(MAPPER.map(YamlReader.readInline("test", yaml), Layer.class, "")).isEqualTo(layer);
  }

  @Test
  void learnedActivationsFitWhereActivationsDo() {
    assertThat(model("mlp: {activation: preLu}")).isEqualTo(new Mlp().activation(new PreLu()));
    assertThat(model("mlp: {activation: {maxout: {pieces: 4}}}"))
        .isEqualTo(new Mlp().activation(new Maxout(4)));
  }

  @Test
  void impossibleOptionsNameTheKey() {
    assertThatThrownBy(
            () ->
                MAPPER.map(
                    YamlReader.readInline("test", "maxout: {pieces: 0}"), Layer.class, "model[2]"))
        .hasMessageContaining("model[2].maxout: maxout: pieces must be at least 1, found 0");
  }

  private static Model model(String yaml) {
    return MAPPER.map(YamlReader.readInline("test", yaml), Model.class, "");
  }
}
