package dev.merapi.cuda.standin;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Tests on the stand-ins: skipped where they could not be built, each with knobs of its own. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(WithStandIn.Extension.class)
@interface WithStandIn {
  final class Extension implements ExecutionCondition, BeforeEachCallback, AfterEachCallback {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return StandIn.built()
          ? ConditionEvaluationResult.enabled("the stand-ins are built")
          : ConditionEvaluationResult.disabled(
              "the stand-ins for CUDA need g++ on x86-64 Linux: not built in " + StandIn.folder());
    }

    @Override
    public void beforeEach(ExtensionContext context) {
      StandIn.load();
      StandIn.reset();
    }

    @Override
    public void afterEach(ExtensionContext context) {
      StandIn.reset();
      Cuda.releaseAll();
    }
  }
}
