package dev.merapi.cli.registry;

import dev.merapi.nn.Default;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;

/** A key of a mapping in a job file: a record's component. */
public record Option(RecordComponent component) {
  /** The components of a record. */
  public static List<Option> of(Class<?> recordType) {
    return Arrays.stream(recordType.getRecordComponents()).map(Option::new).toList();
  }

  /** The key. */
  public String name() {
    return component.getName();
  }

  /** The type of the value. */
  public Type type() {
    return component.getGenericType();
  }

  /** Whether the key can be left out. */
  public boolean hasDefault() {
    return component.isAnnotationPresent(Default.class);
  }

  /** The default as YAML text; null where the key is required. */
  public String defaultText() {
    return hasDefault() ? component.getAnnotation(Default.class).value() : null;
  }

  /** The type's name without packages. */
  public String typeName() {
    return type().getTypeName().replaceAll("[\\w.]+[.$]", "");
  }

  @Override
  public String toString() {
    return typeName() + " " + name() + (hasDefault() ? " = " + defaultText() : "");
  }
}
