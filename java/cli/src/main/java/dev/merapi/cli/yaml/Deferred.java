package dev.merapi.cli.yaml;

/**
 * A value of type {@code T} that is not mapped yet, because its defaults depend on other keys: the
 * model's input shape comes from the data.
 */
public record Deferred<T>(Tree tree) {}
