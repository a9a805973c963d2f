package dev.merapi.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.scalar.UnaryFunction;
import java.util.List;
import org.junit.jupiter.api.Test;

class TapeTest {
  private static final ScalarExpr X = ScalarExpr.arg(0);
  private static final ScalarExpr FLAG = ScalarExpr.arg(1);

  private final VectorLoops loops = new VectorLoops(4);

  private static void give(Tape.Player player, float flag) {
    for (int i = 0; i < 4; i++) {
      player.argument(0)[i] = i;
      player.argument(1)[i] = flag;
    }
  }

  @Test
  void aFlagChoosesAWholeTileThatLaterInstructionsLeaveAsItIs() {
    ScalarExpr next = ScalarExpr.add(X, ScalarExpr.ONE);
    ScalarExpr chosen = ScalarExpr.select(FLAG, next, X);
    // Made after the choice; would overwrite "next" if its register were free.
    ScalarExpr exp = ScalarExpr.unary(UnaryFunction.NEG, ScalarExpr.mul(X, X));
    ScalarExpr sum = ScalarExpr.add(exp, chosen);
    Tape.Player player =
        new Tape(List.of(chosen, exp, sum), new boolean[] {false, true}, false).player(4);
    for (int round = 0; round < 2; round++) {
      give(player, 1);
      player.play(loops, 4);
      assertThat(player.result(0)).containsExactly(1, 2, 3, 4);
      assertThat(player.result(1)).containsExactly(-0f, -1, -4, -9);
      assertThat(player.result(2)).containsExactly(1, 1, -1, -5);
      give(player, 0);
      player.play(loops, 4);
      assertThat(player.result(0)).containsExactly(0, 1, 2, 3);
      assertThat(player.result(2)).containsExactly(0, 0, -2, -6);
    }
  }

  @Test
  void uniformOperandsStandOnEitherSide() {
    for (BinaryFunction function : BinaryFunction.values()) {
      List<ScalarExpr> both =
          List.of(ScalarExpr.binary(function, X, FLAG), ScalarExpr.binary(function, FLAG, X));
      Tape.Player player = new Tape(both, new boolean[] {false, true}, false).player(4);
      give(player, 1.5f);
      player.play(loops, 4);
      for (int i = 0; i < 4; i++) {
        assertThat(player.result(0)[i]).isEqualTo((float) function.apply(i, 1.5));
        assertThat(player.result(1)[i]).isEqualTo((float) function.apply(1.5, i));
      }
    }
  }

  /** GELU, x / 2 (1 + erf(x / sqrt(2))), is two instructions: one makes erf, one the product. */
  @Test
  void numbersArePutToOperandsOnTheWay() {
    ScalarExpr half = ScalarExpr.mul(X, ScalarExpr.constant(0.5));
    ScalarExpr scaled = ScalarExpr.mul(X, ScalarExpr.constant(0.7));
    ScalarExpr erf = ScalarExpr.unary(UnaryFunction.ERF, scaled);
    ScalarExpr gelu = ScalarExpr.mul(half, ScalarExpr.add(erf, ScalarExpr.ONE));
    assertThat(functions(gelu)).containsExactly(erf, gelu);
  }

  /** What is a result, or read by an instruction that takes no number, is made. */
  @Test
  void whatIsReadAsItIsIsMade() {
    ScalarExpr sum = ScalarExpr.add(X, ScalarExpr.ONE);
    ScalarExpr product = ScalarExpr.mul(sum, X);
    assertThat(functions(product)).containsExactly(product);
    assertThat(functions(product, sum)).containsExactly(sum, product);
    ScalarExpr larger = ScalarExpr.binary(BinaryFunction.MAX, sum, X);
    assertThat(functions(larger, product)).containsExactly(sum, larger, product);
    ScalarExpr scaled = ScalarExpr.mul(sum, FLAG);
    ScalarExpr exp = ScalarExpr.unary(UnaryFunction.EXP, scaled);
    assertThat(functions(exp)).containsExactly(sum, exp);
  }

  private static List<ScalarExpr> functions(ScalarExpr... exprs) {
    return new Tape(List.of(exprs), new boolean[] {false, true}, true)
        .instructions().stream()
            .map(Tape.Instruction::expr)
            .filter(expr -> !(expr instanceof ScalarExpr.Const))
            .toList();
  }
}
