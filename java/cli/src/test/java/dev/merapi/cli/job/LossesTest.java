package dev.merapi.cli.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.cli.yaml.RecordMapper;
import dev.merapi.cli.yaml.YamlReader;
import dev.merapi.nn.loss.Crf;
import dev.merapi.nn.loss.Ctc;
import dev.merapi.nn.loss.Loss;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses of sequences as job files write them. */
class LossesTest {
  private static final RecordMapper MAPPER = new RecordMapper(Kinds.registry());

  static Stream<Arguments> losses() {
    return Stream.of(
        Arguments.of("ctc", new Ctc()),
        Arguments.of(
            "ctc: {blank: 27, ignoreIndex: -1, zeroInfinity: true}",
            new Ctc().blank(27).ignoreIndex(-1).zeroInfinity(true)),
        Arguments.of("crf", new Crf()),
        Arguments.of("crf: {ignoreIndex: -1}", new Crf().ignoreIndex(-1)));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void areNamedWithTheirOptions(String yaml, Loss loss) {
    assertThat(MAPPER.map(YamlReader.readInline("test", yaml), Loss.class, "")).isEqualTo(loss);
  }
}
