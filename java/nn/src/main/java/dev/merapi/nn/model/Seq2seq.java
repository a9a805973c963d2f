package dev.merapi.nn.model;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.SequenceModel;
import dev.merapi.nn.layer.Dropout;
import dev.merapi.nn.layer.Embedding;
import dev.merapi.nn.layer.Lstm;
import java.util.List;

/**
 * An encoder-decoder for sequences of tokens, such as sentences to be translated: LSTM layers read
 * the source, others write the target from the state that these end with, and look at what was read
 * by attention, or do not.
 *
 * <pre>
 * m_s, state = encoder(source);  h_t = decoder(target_t, h_(t-1)),  h_0 = state
 * logits_t = fc(tanh(combine([h_t, attention(h_t, m)]))), without attention fc(h_t)
 * </pre>
 *
 * <p>Inputs: source I32 [N, S] padded behind its end, its lengths I32 [N] from 1 to S, and the
 * target's tokens I32 [N, T], the begin token first; output: logits [N, T, classes] of the next
 * token at each place. A bidirectional encoder has half of the hidden features in each direction.
 * Variables: {@code source.weight}, {@code encoder.weight}, {@code target.weight}, {@code
 * decoder.weight}, {@code attention...}, {@code combine.weight}, {@code fc.weight} and {@code
 * fc.bias}. Source: Sutskever, Vinyals and Le, "Sequence to Sequence Learning with Neural
 * Networks", NIPS 2014; with attention Luong, Pham and Manning, EMNLP 2015, global attention
 * without input feeding.
 *
 * @param inputShape the longest source and target [length]
 * @param classes how many tokens the target has
 * @param sourceVocabulary how many tokens the source has
 * @param embedding features of a token
 * @param hidden features of a decoder layer; even when bidirectional
 * @param layers of the encoder and of the decoder
 * @param bidirectional whether the encoder reads in both directions
 * @param attention a layer that takes queries, keys that are the values, and lengths, such as
 *     {@code {dotAttention: {general: true}}} or {@code additiveAttention}; null for none
 * @param dropout of embeddings and of what the logits are computed of
 */
public record Seq2seq(
    @Default("[50]") Shape inputShape,
    @Default("10000") int classes,
    @Default("10000") int sourceVocabulary,
    @Default("256") int embedding,
    @Default("256") int hidden,
    @Default("1") int layers,
    @Default("true") boolean bidirectional,
    @Default("null") Layer attention,
    @Default("0.2") double dropout)
    implements SequenceModel {
  public Seq2seq {
    GraphException.check(
        !bidirectional || hidden % 2 == 0,
        "seq2seq: expected even hidden for two directions, found %d",
        hidden);
  }

  /** One layer of 256 without attention, for sentences of up to 50 out of 10000 tokens. */
  public Seq2seq() {
    this(Shape.of(50), 10_000, 10_000, 256, 256, 1, true, null, 0.2);
  }

  /** For other sentences. */
  public Seq2seq sentences(int length, int sourceVocabulary, int targetVocabulary) {
    return new Seq2seq(
        Shape.of(length),
        targetVocabulary,
        sourceVocabulary,
        embedding,
        hidden,
        layers,
        bidirectional,
        attention,
        dropout);
  }

  /** With other layers. */
  public Seq2seq sizes(int embedding, int hidden, int layers) {
    return new Seq2seq(
        inputShape,
        classes,
        sourceVocabulary,
        embedding,
        hidden,
        layers,
        bidirectional,
        attention,
        dropout);
  }

  public Seq2seq bidirectional(boolean bidirectional) {
    return new Seq2seq(
        inputShape,
        classes,
        sourceVocabulary,
        embedding,
        hidden,
        layers,
        bidirectional,
        attention,
        dropout);
  }

  public Seq2seq attention(Layer attention) {
    return new Seq2seq(
        inputShape,
        classes,
        sourceVocabulary,
        embedding,
        hidden,
        layers,
        bidirectional,
        attention,
        dropout);
  }

  public Seq2seq dropout(double dropout) {
    return new Seq2seq(
        inputShape,
        classes,
        sourceVocabulary,
        embedding,
        hidden,
        layers,
        bidirectional,
        attention,
        dropout);
  }

  @Override
  public List<Shape> inputShapes() {
    return SentenceInputs.shapes(inputShape);
  }

  @Override
  public int vocabulary() {
    return classes;
  }

  private LstmDecoder decoder() {
    return new LstmDecoder(classes, embedding, hidden, layers, attention, dropout);
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    SentenceInputs in = SentenceInputs.of("seq2seq", inputs);
    Encoded encoded = encode(net, in.sources());
    Value logits = decoder().all(net, in.target(), encoded.memory(), encoded.states());
    return Outputs.of("logits", logits);
  }

  @Override
  public Encoded encode(Net net, List<Value> sources) {
    Value lengths = sources.get(1);
    Value tokens = Ops.transpose(sources.get(0), 1, 0);
    Embedding table = new Embedding(sourceVocabulary, embedding, LstmDecoder.EMBEDDING);
    Value x = new Dropout(dropout).build(net, net.apply("source", table, tokens));
    int size = bidirectional ? hidden / 2 : hidden;
    Lstm lstm = new Lstm(size).layers(layers).bidirectional(bidirectional);
    Outputs read = net.apply("encoder", lstm, List.of(x, lengths));
    List<Value> states =
        List.of(
            LstmDecoder.batchFirst(read.get("h"), layers),
            LstmDecoder.batchFirst(read.get("c"), layers));
    return new Encoded(
        attention == null ? List.of() : List.of(Ops.transpose(read.first(), 1, 0, 2), lengths),
        states);
  }

  @Override
  public Outputs step(Net net, Value tokens, List<Value> memory, List<Value> states) {
    return decoder().step(net, tokens, memory, states);
  }
}
