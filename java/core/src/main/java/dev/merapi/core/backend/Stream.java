package dev.merapi.core.backend;

/** An order in which a device does its work. */
public interface Stream {
  /** Waits until all enqueued work is done. */
  void synchronize();
}
