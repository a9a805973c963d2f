package dev.merapi.nn;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What an option of a job file is when the file does not set it.
 *
 * <p>The options are the components of a record; one without this annotation is required.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.PARAMETER})
public @interface Default {
  /** The value, written as in a job file (YAML). */
  String value();
}
