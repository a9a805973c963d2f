package dev.merapi.conformance;

import static dev.merapi.conformance.LayerSample.of;
import static dev.merapi.conformance.LayerSample.ofIndices;
import static dev.merapi.conformance.LayerSample.ofLengths;
import static dev.merapi.conformance.Sampler.awayFrom;
import static dev.merapi.conformance.Sampler.distinct;

import dev.merapi.core.op.recurrent.Rnn.Mode;
import dev.merapi.nn.LayerGraph;
import dev.merapi.nn.init.Normal;
import dev.merapi.nn.layer.Add;
import dev.merapi.nn.layer.AdditiveAttention;
import dev.merapi.nn.layer.AvgPool1d;
import dev.merapi.nn.layer.AvgPool2d;
import dev.merapi.nn.layer.BatchNorm;
import dev.merapi.nn.layer.Concat;
import dev.merapi.nn.layer.Conv1d;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.ConvTranspose2d;
import dev.merapi.nn.layer.Crf;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.DepthwiseConv2d;
import dev.merapi.nn.layer.DotAttention;
import dev.merapi.nn.layer.DropConnect;
import dev.merapi.nn.layer.Dropout;
import dev.merapi.nn.layer.Elu;
import dev.merapi.nn.layer.Embedding;
import dev.merapi.nn.layer.Flatten;
import dev.merapi.nn.layer.GaussianNoise;
import dev.merapi.nn.layer.Gelu;
import dev.merapi.nn.layer.GlobalAvgPool1d;
import dev.merapi.nn.layer.GlobalAvgPool2d;
import dev.merapi.nn.layer.GlobalMaxPool1d;
import dev.merapi.nn.layer.GlobalMaxPool2d;
import dev.merapi.nn.layer.GroupNorm;
import dev.merapi.nn.layer.Gru;
import dev.merapi.nn.layer.InstanceNorm;
import dev.merapi.nn.layer.L2Normalize;
import dev.merapi.nn.layer.LayerNorm;
import dev.merapi.nn.layer.LeakyRelu;
import dev.merapi.nn.layer.LocalResponseNorm;
import dev.merapi.nn.layer.LocallyConnected;
import dev.merapi.nn.layer.Lstm;
import dev.merapi.nn.layer.MaxPool1d;
import dev.merapi.nn.layer.MaxPool2d;
import dev.merapi.nn.layer.Maxout;
import dev.merapi.nn.layer.MultiHeadAttention;
import dev.merapi.nn.layer.Multiply;
import dev.merapi.nn.layer.NeuralTuringMachine;
import dev.merapi.nn.layer.NeuralTuringMachine.Controller;
import dev.merapi.nn.layer.Parallel;
import dev.merapi.nn.layer.PeepholeLstm;
import dev.merapi.nn.layer.Permute;
import dev.merapi.nn.layer.PositionEmbedding;
import dev.merapi.nn.layer.PositionalEncoding;
import dev.merapi.nn.layer.PreLu;
import dev.merapi.nn.layer.Relu;
import dev.merapi.nn.layer.Reshape;
import dev.merapi.nn.layer.Residual;
import dev.merapi.nn.layer.Rnn;
import dev.merapi.nn.layer.ScaledTanh;
import dev.merapi.nn.layer.Selu;
import dev.merapi.nn.layer.Sigmoid;
import dev.merapi.nn.layer.Silu;
import dev.merapi.nn.layer.Softmax;
import dev.merapi.nn.layer.Softplus;
import dev.merapi.nn.layer.Step;
import dev.merapi.nn.layer.Subsampling2d;
import dev.merapi.nn.layer.TableConv2d;
import dev.merapi.nn.layer.Tanh;
import dev.merapi.nn.layer.TimeDistributed;
import dev.merapi.nn.layer.Upsample2d;
import dev.merapi.nn.layer.ZeroPad2d;
import java.util.List;
import java.util.stream.Stream;

/** Every layer there is, with its options; a new layer gets one line. */
final class LayerSamples {
  private LayerSamples() {}

  static List<LayerSample> all() {
    return Stream.of(
            activations(),
            convolutions(),
            pools(),
            normalizations(),
            recurrent(),
            attentions(),
            others())
        .flatMap(List::stream)
        .toList();
  }

  private static List<LayerSample> activations() {
    return List.of(
        of(new Elu(0.5), awayFrom(0), 3, 7),
        of(new Gelu(), 3, 7),
        of(new LeakyRelu(0.1), awayFrom(0), 3, 7),
        of(new Maxout(3), distinct(), 2, 6),
        of(new Maxout(), distinct(), 2, 4, 3, 5),
        of(new PreLu(), awayFrom(0), 3, 7),
        of(new PreLu().perChannel(true), awayFrom(0), 2, 3, 4, 5),
        of(new Relu(), awayFrom(0), 3, 7),
        of(new ScaledTanh(), 3, 7),
        of(new Selu(), awayFrom(0), 3, 7),
        of(new Sigmoid(), 3, 7),
        of(new Silu(), 3, 7),
        of(new Softmax(), 3, 7),
        of(new Softmax(1), 2, 3, 4),
        of(new Softplus(), 3, 7),
        of(new Step(), awayFrom(0), 3, 7),
        of(new Tanh(), 3, 7));
  }

  private static List<LayerSample> convolutions() {
    return List.of(
        of(new Conv1d(5, 3), 2, 3, 8),
        of(new Conv1d(4, 3).stride(2).padding(2).dilation(2).groups(2), 3, 4, 9),
        of(new Conv2d(5, 3).padding(1), 2, 3, 6, 5),
        of(new Conv2d(6, 3).stride(2).padding(2).dilation(2).groups(3), 2, 3, 9, 8),
        of(new Conv2d(4, 1).bias(false), 2, 3, 4, 4),
        of(new ConvTranspose2d(4, 3), 2, 3, 4, 5),
        of(new ConvTranspose2d(4, 3).stride(2).padding(1).outputPadding(1), 2, 3, 4, 5),
        of(new ConvTranspose2d(6, 2).stride(3).groups(2).dilation(2), 2, 4, 3, 4),
        of(new ConvTranspose2d(3, 4).stride(2).padding(1).groups(3).bias(false), 2, 3, 4, 4),
        of(new DepthwiseConv2d(3).padding(1), 2, 5, 6, 5),
        of(new DepthwiseConv2d(3).multiplier(2).stride(2), 2, 3, 7, 8),
        of(new LocallyConnected(4, 3), 2, 3, 5, 6),
        of(new LocallyConnected(3, 2).stride(2).padding(1), 2, 2, 5, 4),
        of(new TableConv2d(List.of(List.of(0, 1), List.of(2), List.of(0, 2)), 3), 2, 3, 5, 6));
  }

  private static List<LayerSample> pools() {
    return List.of(
        of(new AvgPool1d(3).stride(2).padding(1), 2, 3, 8),
        of(new AvgPool2d(3).stride(2), 2, 3, 7, 9),
        of(new GlobalAvgPool1d(), 2, 3, 5),
        of(new GlobalAvgPool2d(), 2, 3, 5, 4),
        of(new GlobalMaxPool1d(), distinct(), 2, 3, 5),
        of(new GlobalMaxPool2d(), distinct(), 2, 3, 5, 4),
        of(new MaxPool1d(3).stride(2).padding(1), distinct(), 2, 3, 8),
        of(new MaxPool2d(3).stride(2), distinct(), 2, 3, 7, 9),
        of(new Subsampling2d(2), 2, 3, 6, 5),
        of(new Upsample2d(), 2, 3, 4, 3),
        of(new Upsample2d(3), 1, 2, 2, 3));
  }

  private static List<LayerSample> normalizations() {
    return List.of(
        of(new BatchNorm(), 4, 3, 5, 2),
        of(new BatchNorm(), 6, 5),
        of(new GroupNorm(2), 2, 6, 4, 3),
        of(new GroupNorm(3), 3, 6),
        of(new InstanceNorm(), 2, 3, 4, 5),
        of(new InstanceNorm().affine(true), 2, 3, 7),
        of(new L2Normalize(), 3, 7),
        of(new L2Normalize(), 2, 3, 5),
        of(new LayerNorm(), 3, 7),
        of(new LayerNorm().axes(2), 2, 3, 4),
        of(new LocalResponseNorm(3).alpha(0.5), 2, 5, 3, 2));
  }

  private static List<LayerSample> recurrent() {
    return List.of(
        of(new Gru(4), 5, 2, 3),
        of(new Lstm(4).layers(2), 5, 2, 3),
        of(new Lstm(3).bidirectional(true), 4, 2, 3),
        of(new PeepholeLstm(3), 4, 2, 3),
        ofLengths(new PeepholeLstm(3), List.of(4, 0, 2), "output", 4, 3, 2),
        ofLengths(new PeepholeLstm(3), List.of(1, 3, 2), "c", 3, 3, 2),
        of(new NeuralTuringMachine().hidden(4).memory(5, 3), 3, 2, 3),
        of(
            new NeuralTuringMachine()
                .hidden(4)
                .memory(6, 2)
                .heads(2, 2)
                .shift(2)
                .controller(Controller.FEED_FORWARD),
            3,
            2,
            3),
        of(new Rnn(4), 5, 2, 3),
        ofLengths(new Gru(3).layers(2).bidirectional(true), List.of(4, 2), "output", 4, 2, 3),
        ofLengths(new Gru(3).bidirectional(true), List.of(0, 5, 3), "h", 5, 3, 2),
        ofLengths(new Lstm(3).bidirectional(true), List.of(5, 0, 3), "output", 5, 3, 2),
        ofLengths(new Lstm(3).layers(2).bidirectional(true), List.of(5, 2), "h", 5, 2, 3),
        ofLengths(new Lstm(3).layers(2).bidirectional(true), List.of(3, 5), "c", 5, 2, 3),
        ofLengths(new Rnn(3).bidirectional(true), List.of(4, 1, 3), "h", 4, 3, 2),
        // a wide input of few steps, so that no state is near a kink
        of(new Rnn(3).activation(Mode.RELU), 2, 2, 5));
  }

  private static List<LayerSample> attentions() {
    return List.of(
        of(new MultiHeadAttention(2), 2, 3, 4),
        of(new MultiHeadAttention(3).causal(true).bias(false), 2, 4, 6),
        of(new MultiHeadAttention(1).dropout(0.5), 2, 5, 3),
        of(
            LayerGraph.of("input")
                .add("keys", new Dense(3), "input")
                .add("values", new Dense(5), "input")
                .add("it", new MultiHeadAttention(2), "input", "keys", "values"),
            2,
            3,
            4),
        of(new AdditiveAttention(5), 2, 3, 4),
        of(new DotAttention(), 2, 3, 4),
        of(new DotAttention(true), 2, 3, 4),
        of(
            LayerGraph.of("input")
                .add("keys", new Dense(3), "input")
                .add("it", new DotAttention(true), "keys", "input")
                .outputs("it.weights"),
            2,
            3,
            4),
        of(new PositionalEncoding(), 2, 3, 5),
        of(new PositionEmbedding(4), 2, 3, 5));
  }

  private static List<LayerSample> others() {
    return List.of(
        of(new Dense(4), 3, 7),
        of(new Dense(4).bias(false), 2, 3, 5),
        of(new Crf(), 3, 5, 4),
        of(new DropConnect(4), 3, 7),
        of(new Dropout(), 5, 13),
        of(new GaussianNoise(), 3, 7),
        of(new Add(), 2, 3),
        of(new Concat(), 2, 3),
        of(new Multiply(), 2, 3),
        of(
            LayerGraph.of("input")
                .add("left", new Dense(3), "input")
                .add("right", new Dense(3), "input")
                .add("both", new Multiply(), "left", "right"),
            2,
            5),
        of(new Parallel(new Conv2d(2, 1), new Conv2d(3, 3).padding(1)), 2, 3, 4, 5),
        of(new Parallel(new Tanh(), new Sigmoid()).merge(new Multiply()), 3, 7),
        of(new Residual(new Dense(6)).shortcut(new Dense(6)).activation(new Tanh()), 3, 5),
        of(new Residual(new Conv2d(3, 3).padding(1)), 2, 3, 4, 5),
        ofIndices(new Embedding(9, 4, new Normal(0, 1)), 9, 3, 5),
        of(new Embedding(9, 4, new Normal(0, 1)), 2, 3, 4),
        of(new TimeDistributed(new Conv2d(2, 3)), 2, 3, 2, 5, 4),
        of(new TimeDistributed(new GlobalMaxPool1d()), distinct(), 3, 2, 4, 3),
        of(new Flatten(), 2, 3, 4),
        of(new Permute(List.of(0, 2, -2)), 2, 3, 4),
        of(new Reshape(List.of(2, -1)), 3, 4, 5),
        of(new ZeroPad2d(List.of(1)), 2, 3, 3, 4),
        of(new ZeroPad2d(List.of(1, 0, 2, 3)), 2, 3, 3, 4));
  }
}
