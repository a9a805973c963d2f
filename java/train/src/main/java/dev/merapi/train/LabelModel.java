package dev.merapi.train;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Layer;
import dev.merapi.nn.MultiLayer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.loss.Viterbi;
import java.util.List;

/**
 * A model that gives labels in place of scores, to predict with: of scores [N, T, L + 2, L] of the
 * layer {@link dev.merapi.nn.layer.Crf} those of the best sequence, I32 [N, T]; of other logits [N,
 * ..., classes] the largest, I32 [N, ...].
 */
public final class LabelModel implements MultiLayer {
  private static final int CRF_RANK = 4;

  private final Layer model;

  /** Of a model that gives the scores as its first output. */
  public LabelModel(Layer model) {
    this.model = model;
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    Value scores = model.build(net, inputs).first();
    boolean chain =
        scores.shape().rank() == CRF_RANK && scores.shape().dim(2) == scores.shape().dim(3) + 2;
    return Outputs.of("labels", chain ? Viterbi.decode(scores) : Ops.argMax(scores, -1));
  }
}
