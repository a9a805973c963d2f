package dev.merapi.cli.registry;

/** How a class's name becomes a YAML name. */
public enum Naming {
  /** {@code MaxPool2d} becomes {@code maxPool2d}. */
  CAMEL {
    @Override
    public String of(Class<?> type) {
      String name = type.getSimpleName();
      return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }
  },
  /** {@code VggSmall} becomes {@code vgg-small}. */
  KEBAB {
    @Override
    public String of(Class<?> type) {
      String camel = CAMEL.of(type);
      StringBuilder name = new StringBuilder();
      for (char c : camel.toCharArray()) {
        name.append(Character.isUpperCase(c) ? "-" + Character.toLowerCase(c) : c);
      }
      return name.toString();
    }
  };

  /** The YAML name of a class. */
  public abstract String of(Class<?> type);
}
