package dev.merapi.cli.registry;

import dev.merapi.nn.Name;

/** How a class's name becomes a YAML name, unless the class has a {@link Name}. */
public enum Naming {
  /** {@code MaxPool2d} becomes {@code maxPool2d}. */
  CAMEL {
    @Override
    String of(String name) {
      return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }
  },
  /** {@code VggSmall} becomes {@code vgg-small}. */
  KEBAB {
    @Override
    String of(String name) {
      StringBuilder kebab = new StringBuilder();
      for (char c : CAMEL.of(name).toCharArray()) {
        kebab.append(Character.isUpperCase(c) ? "-" + Character.toLowerCase(c) : c);
      }
      return kebab.toString();
    }
  };

  /** The YAML name of a class. */
  public String of(Class<?> type) {
    Name name = type.getAnnotation(Name.class);
    return name == null ? of(type.getSimpleName()) : name.value();
  }

  abstract String of(String className);
}
