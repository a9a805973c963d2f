package dev.merapi.conformance.cases;

import dev.merapi.conformance.OpCase;
import java.util.List;
import java.util.stream.Stream;

/** Every case there is; a new family of cases gets one line. */
public final class AllCases {
  private AllCases() {}

  public static List<OpCase> all() {
    return Stream.of(
            UnaryCases.all(),
            BinaryCases.all(),
            ActivationCases.all(),
            CastCases.all(),
            ReduceCases.all(),
            MovementCases.all(),
            IndexCases.all(),
            MatMulCases.all(),
            AttentionCases.all(),
            ArgMaxCases.all(),
            ConvolutionCases.all(),
            PoolingCases.all(),
            RandomCases.all(),
            FusedCases.all(),
            RegionCases.all(),
            SoftmaxCases.all(),
            StandardizationCases.all(),
            LocalResponseNormCases.all(),
            RecurrentCases.all(),
            ScanCases.all(),
            GoldenCases.all())
        .flatMap(List::stream)
        .toList();
  }
}
