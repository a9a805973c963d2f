package dev.merapi.core.op.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PackedWeightsTest {
  @Test
  void piecesFollowEachOtherUnderPytorchsNames() {
    PackedWeights weights = new Lstm(2, 2, true).weights(3);

    assertThat(weights.pieces())
        .extracting(piece -> piece.name() + " " + piece.shape() + " at " + piece.offset())
        .containsExactly(
            "weight_ih_l0 [8, 3] at 0",
            "weight_hh_l0 [8, 2] at 24",
            "bias_ih_l0 [8] at 40",
            "bias_hh_l0 [8] at 48",
            "weight_ih_l0_reverse [8, 3] at 56",
            "weight_hh_l0_reverse [8, 2] at 80",
            "bias_ih_l0_reverse [8] at 96",
            "bias_hh_l0_reverse [8] at 104",
            "weight_ih_l1 [8, 4] at 112",
            "weight_hh_l1 [8, 2] at 144",
            "bias_ih_l1 [8] at 160",
            "bias_hh_l1 [8] at 168",
            "weight_ih_l1_reverse [8, 4] at 176",
            "weight_hh_l1_reverse [8, 2] at 208",
            "bias_ih_l1_reverse [8] at 224",
            "bias_hh_l1_reverse [8] at 232");
    assertThat(weights.elements()).isEqualTo(240);
  }

  /** What PyTorch counts for its modules of 65 inputs, 256 hidden features and two layers. */
  @Test
  void countsAsPytorch() {
    assertThat(new Lstm(256, 2, false).weights(65).elements()).isEqualTo(857_088);
    assertThat(new Gru(256, 2, false).weights(65).elements()).isEqualTo(642_816);
    assertThat(new Rnn(Rnn.Mode.TANH, 256, 2, false).weights(65).elements()).isEqualTo(214_272);
  }

  @Test
  void unpacksAndPacks() {
    PackedWeights weights = new Rnn(Rnn.Mode.TANH, 2, 1, false).weights(1);
    HostTensor packed = HostTensor.of(Shape.of(10), 0f, 1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f, 9f);

    Map<String, HostTensor> pieces = weights.unpack(packed);

    assertThat(pieces).containsOnlyKeys("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0");
    assertThat(pieces.get("weight_hh_l0").shape()).isEqualTo(Shape.of(2, 2));
    assertThat(pieces.get("weight_hh_l0").toFloatArray()).containsExactly(2, 3, 4, 5);
    assertThat(pieces.get("bias_hh_l0").toFloatArray()).containsExactly(8, 9);
    assertThat(weights.pack(pieces, DType.F32).toFloatArray())
        .containsExactly(packed.toFloatArray());
  }

  @Test
  void saysWhichPieceDoesNotFit() {
    PackedWeights weights = new Rnn(Rnn.Mode.TANH, 2, 1, false).weights(1);
    HostTensor wrong = HostTensor.of(Shape.of(2), 0f, 1f);
    assertThatThrownBy(() -> weights.unpack(wrong))
        .hasMessage("expected a packed weight [10], found [2]");
    assertThatThrownBy(() -> weights.pack(Map.of("weight_ih_l0", wrong), DType.F32))
        .hasMessage("weight_ih_l0: expected [2, 1], found [2]");
    assertThatThrownBy(() -> weights.pack(Map.of(), DType.F32))
        .hasMessage("weight_ih_l0: expected [2, 1], found nothing");
  }
}
