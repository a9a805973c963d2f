package dev.merapi.cli.yaml;

/** An interface with alternatives, for these tests. */
interface Fruit {}
