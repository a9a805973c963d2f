package dev.merapi.nn.model;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.SequenceModel;
import dev.merapi.nn.init.Normal;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Dropout;
import dev.merapi.nn.layer.Embedding;
import dev.merapi.nn.layer.LayerNorm;
import dev.merapi.nn.layer.PositionalEncoding;
import java.util.ArrayList;
import java.util.List;

/**
 * The Transformer, an encoder-decoder of attention alone, with the normalization before each block.
 *
 * <pre>
 * encoder layer: x += attention(norm1(x));  x += mlp(norm2(x))
 * decoder layer: y += attention(norm1(y));  y += cross(norm2(y), memory);  y += mlp(norm3(y))
 * memory = norm(x);  logits = fc(norm(y));  mlp(z) = W2 relu(W1 z + b1) + b2
 * </pre>
 *
 * <p>Inputs: source I32 [N, S] padded behind its end, its lengths I32 [N] from 1 to S, and the
 * target's tokens I32 [N, T], the begin token first; output: logits [N, T, classes] of the next
 * token at each place, which depend on the target up to that place. Embeddings are multiplied by
 * sqrt(features), and get sines and cosines of their places. A step of decoding keeps what the
 * layers attended to. Source: Vaswani et al., "Attention Is All You Need", NIPS 2017; the place of
 * the normalization by Xiong et al., "On Layer Normalization in the Transformer Architecture", ICML
 * 2020.
 *
 * @param inputShape the longest source and target [length]
 * @param classes how many tokens the target has
 * @param sourceVocabulary how many tokens the source has
 * @param features of each place, a multiple of the heads
 * @param heads of each attention
 * @param layers of the encoder and of the decoder
 * @param feedForward hidden features of each mlp
 * @param dropout of embeddings, attention and what each block adds
 * @param tied whether the logits are the products with the target tokens' embeddings, instead of
 *     {@code fc} (Press and Wolf, "Using the Output Embedding to Improve Language Models", EACL
 *     2017)
 */
public record Transformer(
    @Default("[50]") Shape inputShape,
    @Default("10000") int classes,
    @Default("10000") int sourceVocabulary,
    @Default("256") int features,
    @Default("4") int heads,
    @Default("3") int layers,
    @Default("512") int feedForward,
    @Default("0.1") double dropout,
    @Default("false") boolean tied)
    implements SequenceModel {
  /** A small one for sentences of up to 50 out of 10000 tokens. */
  public Transformer() {
    this(Shape.of(50), 10_000, 10_000, 256, 4, 3, 512, 0.1, false);
  }

  /** For other sentences. */
  public Transformer sentences(int length, int sourceVocabulary, int targetVocabulary) {
    return new Transformer(
        Shape.of(length),
        targetVocabulary,
        sourceVocabulary,
        features,
        heads,
        layers,
        feedForward,
        dropout,
        tied);
  }

  /** With other layers. */
  public Transformer sizes(int features, int heads, int layers, int feedForward) {
    return new Transformer(
        inputShape, classes, sourceVocabulary, features, heads, layers, feedForward, dropout, tied);
  }

  public Transformer dropout(double dropout) {
    return new Transformer(
        inputShape, classes, sourceVocabulary, features, heads, layers, feedForward, dropout, tied);
  }

  public Transformer tied(boolean tied) {
    return new Transformer(
        inputShape, classes, sourceVocabulary, features, heads, layers, feedForward, dropout, tied);
  }

  @Override
  public List<Shape> inputShapes() {
    return SentenceInputs.shapes(inputShape);
  }

  @Override
  public int vocabulary() {
    return classes;
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    SentenceInputs in = SentenceInputs.of("transformer", inputs);
    List<Value> memory = encode(net, in.sources()).memory();
    Value y = embed(net, "target", classes, List.of(in.target()));
    for (int i = 1; i <= layers; i++) {
      List<Value> block = List.of(y, memory.get(0), memory.get(1));
      y = net.apply("decoder" + i, new TransformerBlock.Decoder(block()), block).first();
    }
    return Outputs.of("logits", logits(net, y));
  }

  private TransformerBlock block() {
    return new TransformerBlock(heads, feedForward, dropout);
  }

  /** Tokens I32 [N, T], and perhaps the places I32 [N] of the only token of each row. */
  private Value embed(Net net, String name, int vocabulary, List<Value> tokens) {
    Value x = Ops.mul(net.apply(name, table(vocabulary), tokens.get(0)), Math.sqrt(features));
    List<Value> placed = new ArrayList<>(tokens);
    placed.set(0, x);
    PositionalEncoding places = new PositionalEncoding(inputShape.dim(0));
    return new Dropout(dropout).build(net, net.apply("places", places, placed).first());
  }

  private Embedding table(int vocabulary) {
    return new Embedding(vocabulary, features, new Normal(0, 1 / Math.sqrt(features)));
  }

  private Value logits(Net net, Value y) {
    Value normal = net.apply("norm", new LayerNorm(), y);
    return tied
        ? net.apply("target", table(classes), normal)
        : net.apply("fc", new Dense(classes), normal);
  }

  @Override
  public Encoded encode(Net net, List<Value> sources) {
    Value lengths = sources.get(1);
    Value x = embed(net, "source", sourceVocabulary, List.of(sources.get(0)));
    for (int i = 1; i <= layers; i++) {
      x = net.apply("encoder" + i, block(), List.of(x, lengths)).first();
    }
    Value memory = net.apply("memory", new LayerNorm(), x);
    Graph graph = net.graph();
    int batch = lengths.shape().dim(0);
    TensorType known = new TensorType(net.dtype(), Shape.of(batch, inputShape.dim(0), features));
    List<Value> states = new ArrayList<>();
    states.add(Constant.of(graph, known.withShape(Shape.of(batch)), 0));
    for (int i = 0; i < layers; i++) {
      states.add(Constant.of(graph, known, 0));
    }
    return new Encoded(List.of(memory, lengths), states);
  }

  /** The states are how many tokens each row has read, and what each layer knows of them. */
  @Override
  public Outputs step(Net net, Value tokens, List<Value> memory, List<Value> states) {
    int batch = tokens.shape().dim(0);
    Value count = states.get(0);
    Value token = Ops.reshape(tokens, batch, 1);
    Value y = embed(net, "target", classes, List.of(token, Ops.cast(count, DType.I32)));
    List<String> names = new ArrayList<>(List.of("logits", "count"));
    List<Value> values = new ArrayList<>(List.of(y, Ops.add(count, 1)));
    for (int i = 1; i <= layers; i++) {
      List<Value> block = List.of(y, memory.get(0), memory.get(1), states.get(i), count);
      Outputs read = net.apply("decoder" + i, new TransformerBlock.Decoder(block()), block);
      y = read.first();
      names.add("known" + i);
      values.add(read.get("known"));
    }
    values.set(0, Ops.reshape(logits(net, y), batch, classes));
    return new Outputs(names, values);
  }
}
