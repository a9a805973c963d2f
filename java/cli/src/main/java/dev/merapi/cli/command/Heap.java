package dev.merapi.cli.command;

/** The heap of the virtual machine. */
final class Heap {
  private Heap() {}

  /**
   * Gives its unused pages back to the system. The initial values of a big network fill it, are
   * garbage once they lie on the device, and would stay resident beside what training needs.
   */
  static void shrink() {
    System.gc();
  }
}
