package dev.merapi.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.init.HeNormal;
import dev.merapi.nn.init.HeUniform;
import dev.merapi.nn.init.Identity;
import dev.merapi.nn.init.Orthogonal;
import dev.merapi.nn.layer.AvgPool2d;
import dev.merapi.nn.layer.BatchNorm;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Dropout;
import dev.merapi.nn.layer.Elu;
import dev.merapi.nn.layer.LayerNorm;
import dev.merapi.nn.layer.LeakyRelu;
import dev.merapi.nn.layer.LocalResponseNorm;
import dev.merapi.nn.layer.MaxPool2d;
import dev.merapi.nn.layer.Softmax;
import dev.merapi.nn.model.Alexnet;
import dev.merapi.nn.model.Lenet5;
import dev.merapi.nn.model.Mlp;
import dev.merapi.nn.model.SoftmaxRegression;
import dev.merapi.nn.model.VggSmall;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a short constructor leaves out is what a job file that leaves it out gets. */
class DefaultTest {
  static Stream<Record> shortlyMade() {
    return Stream.of(
        new Dense(3),
        new Conv2d(4, 5),
        new MaxPool2d(2),
        new AvgPool2d(2),
        new Dropout(),
        new Elu(),
        new Softmax(),
        new BatchNorm(),
        new LayerNorm(),
        new LocalResponseNorm(5),
        new LeakyRelu(),
        new HeNormal(),
        new HeUniform(),
        new Identity(),
        new Orthogonal(),
        new SoftmaxRegression(),
        new Mlp(),
        new Lenet5(),
        new VggSmall(),
        new Alexnet());
  }

  @ParameterizedTest
  @MethodSource("shortlyMade")
  void theShortConstructorUsesTheAnnotatedDefaults(Record made) throws Exception {
    RecordComponent[] components = made.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      Default annotation = components[i].getAnnotation(Default.class);
      values[i] =
          annotation == null
              ? components[i].getAccessor().invoke(made)
              : read(annotation.value(), components[i].getType());
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);

    assertThat(made.getClass().getConstructor(types).newInstance(values)).isEqualTo(made);
  }

  private static Object read(String text, Class<?> type) throws Exception {
    if (type == int.class) {
      return Integer.valueOf(text);
    } else if (type == double.class) {
      return Double.valueOf(text);
    } else if (type == boolean.class) {
      assertThat(text).isIn("true", "false");
      return Boolean.valueOf(text);
    } else if (type == List.class || type == Shape.class) {
      List<Integer> sizes =
          Arrays.stream(text.substring(1, text.length() - 1).split(", "))
              .map(Integer::valueOf)
              .toList();
      return type == List.class ? sizes : Shape.of(sizes);
    }
    String name = Character.toUpperCase(text.charAt(0)) + text.substring(1);
    String home = type.getPackageName();
    return Class.forName(home + "." + name).getConstructor().newInstance();
  }
}
