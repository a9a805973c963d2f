package dev.merapi.train.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.elementwise.Formula;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.Calculator;
import dev.merapi.train.schedule.Horizon;
import dev.merapi.train.schedule.Schedule;
import dev.merapi.train.schedule.WarmUp;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The golden values are the parameters after four steps, from plain Python floats and PyTorch's
 * update loops written out, for example for Adam with learning rate 0.1:
 *
 * <pre>
 * P = [1.0, -2.0, 0.5]
 * G = [[0.5, -1.0, 2.0], [-0.25, 0.75, 1.0], [1.5, 0.0, -0.5], [0.125, -3.0, 0.25]]
 * def adam(p, g, t, s):
 *     b1, b2 = .9, .999
 *     s['m'] = b1*s.get('m', 0) + (1-b1)*g
 *     s['v'] = b2*s.get('v', 0) + (1-b2)*g*g
 *     return p - .1/(1-b1**t)*s['m']/(sqrt(s['v'])/sqrt(1-b2**t)+1e-8)
 * </pre>
 */
class OptimizerTest {
  private static final double[] START = {1.0, -2.0, 0.5};
  private static final double[][] GRADS = {
    {0.5, -1.0, 2.0}, {-0.25, 0.75, 1.0}, {1.5, 0.0, -0.5}, {0.125, -3.0, 0.25}
  };

  enum Golden {
    SGD(new Sgd(0.1), 0, 0.8125, -1.675, 0.225),
    WEIGHT_DECAY(
        new Sgd(0.1).weightDecay(0.05), 0, 0.793896381875, -1.63604338875, 0.2188072753125),
    MOMENTUM(new Sgd(0.1).momentum(0.9), 1, 0.5983, -1.55935, -0.3888),
    DAMPENING(
        new Sgd(0.1).momentum(0.9).dampening(0.3).weightDecay(0.05),
        1,
        0.6323231584831249,
        -1.5176037813412497,
        -0.3396920973178126),
    NESTEROV(
        new Sgd(0.1).momentum(0.9).nesterov(true).weightDecay(0.05),
        1,
        0.39759399630818737,
        -1.1649650294913747,
        -0.5803582733937189),
    SGD_W(
        new SgdW(0.1).weightDecay(0.05),
        1,
        0.5802352568749998,
        -1.5213586387499998,
        -0.39193722468750003),
    SGD_W_NESTEROV(
        new SgdW(0.1).nesterov(true).weightDecay(0.05),
        1,
        0.43397356249999985,
        -1.2409970625,
        -0.5750035021875001),
    ADA_GRAD(
        new AdaGrad(0.1).weightDecay(0.05).learningRateDecay(0.02).initialAccumulator(0.1),
        1,
        0.8457077357420211,
        -1.858713295814406,
        0.36655853394004745),
    RMS_PROP(
        new RmsProp(0.01).alpha(0.9).weightDecay(0.05),
        1,
        0.9463672607474203,
        -1.952678781810631,
        0.45637585462357017),
    RMS_PROP_CENTERED(
        new RmsProp(0.01).alpha(0.9).weightDecay(0.05).momentum(0.8).centered(true),
        3,
        0.8686190831949553,
        -1.9062813876701286,
        0.37082414224345994),
    ADAM(new Adam(0.1), 2, 0.7470329852227714, -1.828336615165614, 0.19820564111826458),
    ADAM_WEIGHT_DECAY(
        new Adam(0.1).weightDecay(0.05),
        2,
        0.7307269673601811,
        -1.8009581093569234,
        0.19640866695748296),
    ADAM_W(
        new AdamW(0.1).weightDecay(0.05),
        2,
        0.7292759197872191,
        -1.7902517548388972,
        0.19098458379327501),
    /** PyTorch's SGD(lr=0.1, momentum=0.9). */
    CLASSIC_MOMENTUM(new Momentum(0.1), 1, 0.5983, -1.55935, -0.3888),
    /** v = 0.9 v - 0.1 (1 - 0.9) g; p += v. */
    DAMPED_MOMENTUM(new Momentum(0.1).damped(true), 1, 0.95983, -1.955935, 0.41112),
    /** v = mu v - 0.1 g; p += v, for mu = 0.225, 0.45, 0.675, 0.9. */
    ANNEALED_MOMENTUM(
        new Momentum(0.1).momentumSchedule(new WarmUp(4)), 1, 0.65820625, -1.668475, -0.063675),
    DAMPED_ANNEALED_MOMENTUM(
        new Momentum(0.1).damped(true).momentumSchedule(new WarmUp(4)),
        1,
        0.85895828125,
        -1.9070509375,
        0.0886331249999999),
    /** PyTorch's SGD(lr=0.1, momentum=0.9, nesterov=True). */
    ACCELERATED(new Nesterov(0.1), 1, 0.45097, -1.278415, -0.57492),
    /** theta after v = mu v - 0.1 g; theta += v, plus 0.9 v, for mu as above. */
    ACCELERATED_ANNEALED(
        new Nesterov(0.1).momentumSchedule(new WarmUp(4)), 1, 0.526823125, -1.4148775, -0.1495575),
    /** PyTorch's Adadelta(). */
    ADA_DELTA(new AdaDelta(), 2, 0.9938036280205258, -1.994908845532732, 0.49530275750383),
    /** PyTorch's Adadelta(lr=0.5, rho=0.8, eps=1e-2, weight_decay=0.05). */
    ADA_DELTA_DECAY(
        new AdaDelta().learningRate(0.5).rho(0.8).epsilon(1e-2).weightDecay(0.05),
        2,
        0.7805539983379628,
        -1.8056008278974083,
        0.3290766679463679),
    LION(new Lion(0.1).weightDecay(0.05), 1, 0.781144513125, -1.7612940137499997, 0.2920647628125),
    GRADIENT_DESCENT(new GradientDescent(0.1), 0, 0.8125, -1.675, 0.225);

    private final ElementwiseOptimizer optimizer;
    private final int slots;
    private final double[] end;

    Golden(ElementwiseOptimizer optimizer, int slots, double... end) {
      this.optimizer = optimizer;
      this.slots = slots;
      this.end = end;
    }
  }

  @ParameterizedTest
  @EnumSource(Golden.class)
  void followsTheGoldenTrajectoryInF64(Golden golden) {
    assertThat(new Training(golden.optimizer, DType.F64).run(4))
        .containsExactly(golden.end, within(1e-12));
  }

  @ParameterizedTest
  @EnumSource(Golden.class)
  void followsTheGoldenTrajectoryInF32(Golden golden) {
    assertThat(new Training(golden.optimizer, DType.F32).run(4))
        .containsExactly(golden.end, within(1e-6));
  }

  @ParameterizedTest
  @EnumSource(Golden.class)
  void keepsOnlyTheSlotsItNeeds(Golden golden) {
    assertThat(new Training(golden.optimizer, DType.F32).slots).hasSize(golden.slots);
  }

  @Test
  void adamsFirstStepIsTheLearningRateWhateverTheGradient() {
    double[] after = new Training(new Adam(0.001).epsilon(0), DType.F32).run(1);
    assertThat(after).containsExactly(new double[] {0.999, -1.999, 0.499}, within(2e-7));
  }

  @Test
  void hyperparametersAreChecked() {
    assertThatThrownBy(() -> new Sgd(-1)).hasMessage("learningRate must be at least 0, found -1.0");
    assertThatThrownBy(() -> new Sgd(0.1).nesterov(true)).hasMessageContaining("momentum above 0");
    assertThatThrownBy(() -> new Sgd(0.1).dampening(Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> new Adam(0.1).beta2(1)).hasMessageContaining("beta2 must be");
    assertThatThrownBy(() -> new AdamW(0.1).beta1(-0.1)).hasMessageContaining("beta1 must be");
    assertThatThrownBy(() -> new RmsProp(Double.NaN)).hasMessageContaining("found NaN");
    assertThatThrownBy(() -> new AdaGrad(0.1).epsilon(-1)).hasMessageContaining("epsilon");
    assertThatThrownBy(() -> new Momentum(0.1).momentum(1))
        .hasMessage("momentum must be at least 0 and below 1, found 1.0");
    assertThatThrownBy(() -> new Nesterov(0.1).momentum(-1)).hasMessageContaining("momentum must");
    assertThatThrownBy(() -> new AdaDelta().rho(1)).hasMessageContaining("rho must be");
    assertThatThrownBy(() -> new Lion(0.1).beta1(2)).hasMessageContaining("beta1 must be");
    assertThatThrownBy(() -> new GradientDescent(-1)).hasMessageContaining("learningRate");
    assertThatThrownBy(() -> new AdaGradWindow(0.1, 0))
        .hasMessage("tau must be at least 1 step, found 0");
  }

  /** One update graph, run step by step. */
  private static final class Training implements Parameter {
    private final Graph graph = new Graph("training", 1);
    private final TensorType type;
    private final Map<String, double[]> leaves = new HashMap<>();
    private final Map<Value, Value> slots = new LinkedHashMap<>();
    private final Value updated;

    Training(ElementwiseOptimizer optimizer, DType dtype) {
      type = new TensorType(dtype, Shape.of(START.length));
      leaves.put("p", START);
      leaves.put("lr", new double[] {optimizer.learningRate()});
      updated = optimizer.update(this);
    }

    double[] run(int steps) {
      for (int t = 1; t <= steps; t++) {
        leaves.put("g", GRADS[t - 1]);
        leaves.put("t", new double[] {t});
        Calculator results = new Calculator(graph, leaves);
        leaves.put("p", results.get(updated));
        slots.forEach((slot, next) -> leaves.put(((Variable) slot.op()).path(), results.get(next)));
      }
      return leaves.get("p");
    }

    @Override
    public Value value() {
      return Variable.of(graph, "p", type);
    }

    @Override
    public Value grad() {
      return Input.of(graph, "g", type);
    }

    @Override
    public Value learningRate() {
      return Input.of(graph, "lr", TensorType.scalar(type.dtype()));
    }

    @Override
    public Value step() {
      return Input.of(graph, "t", TensorType.scalar(type.dtype()));
    }

    @Override
    public Value factor(Schedule schedule) {
      Value taken = Ops.sub(step(), 1);
      return Formula.of(schedule.factor(new Horizon(4, 4)), taken);
    }

    @Override
    public Value slot(String name, Shape shape, double initial) {
      assertThat(shape).isEqualTo(type.shape());
      double[] values = {initial, initial, initial};
      assertThat(leaves.put("p." + name, values)).as("slot %s is new", name).isNull();
      return Variable.of(graph, "p." + name, type);
    }

    @Override
    public void set(Value slot, Value newValue) {
      assertThat(slots.put(slot, newValue)).as("slot is set once").isNull();
    }
  }
}
