package dev.merapi.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.tensor.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvTest {
  @TempDir private Path root;

  private String write(String name, String text) throws IOException {
    new DataFolder(root).write(name, text.getBytes(StandardCharsets.UTF_8));
    return name;
  }

  private Dataset open(Csv csv, String split) {
    return csv.open(split, new DataFolder(root).directories());
  }

  /** The features of each row, followed by its label or its target. */
  private static List<List<Double>> rows(Dataset data) {
    List<List<Double>> rows = new ArrayList<>();
    int features = data.inputType().shape().dim(0);
    for (int i = 0; i < data.size(); i++) {
      ByteBuffer input = ByteBuffer.allocate(4 * features).order(ByteOrder.nativeOrder());
      ByteBuffer target = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder());
      data.copy(i, input, target);
      List<Double> row = new ArrayList<>();
      for (int j = 0; j < features; j++) {
        row.add((double) input.getFloat(4 * j));
      }
      row.add(data.classes() > 0 ? (double) target.getInt(0) : (double) target.getFloat(0));
      rows.add(row);
    }
    return rows;
  }

  @Test
  void namesBecomeLabelsInSortedOrder() throws IOException {
    String file = write("iris.csv", "a,b,kind\n1,2.5,rose\n-3,4e1,daisy\n\"5\",6,rose\n");
    Dataset data = open(new Csv(file), "train");
    assertThat(data.inputType()).isEqualTo(TensorType.f32(2));
    assertThat(data.classes()).isEqualTo(2);
    assertThat(rows(data))
        .containsExactly(List.of(1.0, 2.5, 1.0), List.of(-3.0, 40.0, 0.0), List.of(5.0, 6.0, 1.0));
  }

  @Test
  void wholeNumbersAreSortedAsNumbers() throws IOException {
    String file = write("n.csv", "10,1\n9,2\n10,3\n");
    Dataset data = open(new Csv(file, "", false, "0", false), "train");
    assertThat(rows(data)).containsExactly(List.of(1.0, 1.0), List.of(2.0, 0.0), List.of(3.0, 1.0));
  }

  @Test
  void theTestFileHasTheLabelsOfTheTrainingFile() throws IOException {
    String train = write("train.csv", "kind,x\nb,1\na,2\nc,3\n");
    String test = write("test.csv", "kind,x\nc,4\n");
    Csv csv = new Csv(train, test, true, "kind", false);
    assertThat(rows(open(csv, "test"))).containsExactly(List.of(4.0, 2.0));
    write("test.csv", "kind,x\nc,4\nd,5\n");
    assertThatThrownBy(() -> open(csv, "test"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "test.csv:3, column kind: expected one of the classes [a, b, c], found 'd'");
    write("test.csv", "kind\nc\n");
    assertThatThrownBy(() -> open(csv, "test")).isInstanceOf(DataException.class);
    write("test.csv", "kind,x,y\nc,4,5\n");
    assertThatThrownBy(() -> open(csv, "test")).hasMessageContaining("expected 2 columns");
  }

  @Test
  void targetsOfARegressionAreNumbers() throws IOException {
    String file = write("r.csv", "x,y\n1,0.5\n2,0.25\n");
    Dataset data = open(new Csv(file, "", true, "y", true), "train");
    assertThat(data.targetType()).isEqualTo(TensorType.f32(1));
    assertThat(rows(data)).containsExactly(List.of(1.0, 0.5), List.of(2.0, 0.25));
  }

  private void assertFault(String text, String message) throws IOException {
    String file = write("f.csv", text);
    assertThatThrownBy(() -> open(new Csv(file), "train"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(message);
  }

  @Test
  void faultsNameFileLineAndColumn() throws IOException {
    assertFault("a,b,k\n1,2,x\n3,?,y\n", "f.csv:3, column b: expected a number, found '?'");
    assertFault("a,k\nNaN,x\n", "f.csv:2, column a: expected a number, found 'NaN'");
    assertFault("a,k\n1f,x\n", "found '1f'");
    assertFault("a,k\n1-1,x\n", "found '1-1'");
    assertFault("a,k\n1e99,x\n", "found '1e99'");
    assertFault("a,k\n1,x\n2,\n", "f.csv:3, column k: expected one of the classes [x], found ''");
    assertFault("a,k\n1,x\n2,y,z\n", "f.csv:3: expected 2 fields, found 3");
    assertFault("a,k\n", "expected at least one line of data");
    assertFault("", "expected at least one line of data");
    assertFault("a\n1\n", "f.csv:1: expected 2 fields, found 1");
    String file = write("f.csv", "a,k\n1,x\n");
    for (String target : new String[] {"z", "2", "-3"}) {
      assertThatThrownBy(() -> open(new Csv(file, "", true, target, false), "train"))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("among [a, k], found " + target);
    }
    assertThatThrownBy(() -> open(new Csv("nowhere.csv"), "train"))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("nowhere.csv", root.toString());
    assertThatThrownBy(() -> open(new Csv(file), "test"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
