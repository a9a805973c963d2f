package dev.merapi.cli.yaml;

/** Another alternative, with an option that is required. */
public record WaterMelon(double weight) implements Fruit {}
