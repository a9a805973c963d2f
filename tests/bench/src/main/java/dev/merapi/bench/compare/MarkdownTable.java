package dev.merapi.bench.compare;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A table whose first column is text and whose others are figures. */
public final class MarkdownTable {
  /** What stands where there is no figure. */
  public static final String MISSING = "-";

  private final int columns;
  private final List<String> lines = new ArrayList<>();

  public MarkdownTable(List<String> header) {
    columns = header.size();
    add(header);
    add(alignment());
  }

  private List<String> alignment() {
    List<String> alignment = new ArrayList<>(Collections.nCopies(columns, "---:"));
    alignment.set(0, "---");
    return alignment;
  }

  /**
   * Adds a row.
   *
   * @throws IllegalArgumentException when it has not as many cells as the header
   */
  public void add(List<String> row) {
    if (row.size() != columns) {
      throw new IllegalArgumentException("expected %d cells, found %s".formatted(columns, row));
    }
    lines.add("| " + String.join(" | ", row) + " |");
  }

  @Override
  public String toString() {
    return String.join("\n", lines) + "\n";
  }
}
