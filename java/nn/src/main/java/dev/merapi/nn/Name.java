package dev.merapi.nn;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a job file calls a record whose class cannot be named so: {@code resnet-18} is {@code
 * Resnet18}. All others are named after their class.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Name {
  /** The name as it stands in a job file. */
  String value();
}
