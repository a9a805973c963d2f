package dev.merapi.nn.model;

import dev.merapi.nn.Layer;

/**
 * One of the tasks of a model that learns several.
 *
 * @param name of the task, and of its output
 * @param head what makes the task's prediction of what the trunk gives
 */
public record Task(String name, Layer head) {}
