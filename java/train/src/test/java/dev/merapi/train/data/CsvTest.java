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

  private static final String PEOPLE =
      """
      id,age,city,kind
      1,20,Rome,a
      2,40,Oslo,b
      3,NA,Rome,a
      4,30,?,b
      """;

  @Test
  void categoricalColumnsAreOneHot() throws IOException {
    String file = write("people.csv", PEOPLE.replace("NA", "60").replace("?", "Bern"));
    Csv csv = new Csv(file).categorical(List.of("city")).ignore(List.of("id"));
    // age, then Bern, Oslo, Rome, then the label
    assertThat(rows(open(csv, "train")))
        .containsExactly(
            List.of(20.0, 0.0, 0.0, 1.0, 0.0),
            List.of(40.0, 0.0, 1.0, 0.0, 1.0),
            List.of(60.0, 0.0, 0.0, 1.0, 0.0),
            List.of(30.0, 1.0, 0.0, 0.0, 1.0));
  }

  @Test
  void missingValuesAreErrorsUnlessAskedFor() throws IOException {
    Csv csv = new Csv(write("people.csv", PEOPLE)).categorical(List.of("2")).ignore(List.of("id"));
    assertThatThrownBy(() -> open(csv, "train"))
        .hasMessageContaining("people.csv:4, column age: expected a number, found 'NA'");
    assertThat(rows(open(csv.missing(MissingValues.DROP), "train")))
        .containsExactly(List.of(20.0, 0.0, 1.0, 0.0), List.of(40.0, 1.0, 0.0, 1.0));
    // the mean age is 30
    assertThat(rows(open(csv.missing(MissingValues.MEAN), "train")))
        .containsExactly(
            List.of(20.0, 0.0, 1.0, 0.0),
            List.of(40.0, 1.0, 0.0, 1.0),
            List.of(30.0, 0.0, 1.0, 0.0),
            List.of(30.0, 0.0, 0.0, 1.0));
  }

  @Test
  void theTestFileIsEncodedAsTheTrainingFile() throws IOException {
    String train = write("train.csv", "city,x,kind\nRome,2,a\nOslo,4,b\n");
    String test = write("test.csv", "city,x,kind\nOslo,,a\n");
    Csv csv =
        new Csv(train, test, true, "kind", false)
            .categorical(List.of("city"))
            .missing(MissingValues.MEAN);
    assertThat(rows(open(csv, "test"))).containsExactly(List.of(1.0, 0.0, 3.0, 0.0));
    write("test.csv", "city,x,kind\nBern,1,a\n");
    assertThatThrownBy(() -> open(csv, "test"))
        .hasMessageContaining(
            "test.csv:2, column city: expected one of the classes [Oslo, Rome], found 'Bern'");
    // rows to predict may lack the target, wherever it is
    Csv first =
        new Csv(write("first.csv", "kind,city,x\na,Rome,2\nb,Oslo,4\n"), "", true, "kind", false);
    CsvFeatures features =
        first.categorical(List.of("city")).features(new DataFolder(root).directories());
    write("new.csv", "city,x\nRome,7\n");
    assertThat(features.width()).isEqualTo(3);
    assertThat(features.rows(root.resolve("new.csv")).values())
        .allSatisfy(row -> assertThat(row.toDoubleArray()).containsExactly(0, 1, 7));
  }

  @Test
  void columnsThatAreNotThereAreNamed() throws IOException {
    String file = write("people.csv", PEOPLE);
    assertThatThrownBy(() -> open(new Csv(file).categorical(List.of("town")), "train"))
        .hasMessageContaining(
            "expected a categorical column among [id, age, city, kind], found town");
    assertThatThrownBy(() -> open(new Csv(file).ignore(List.of("kind")), "train"))
        .hasMessageContaining("the target column is neither categorical nor ignored");
    assertThatThrownBy(() -> open(new Csv(file).ignore(List.of("id", "age", "city")), "train"))
        .hasMessageContaining("expected a column of features, found none");
  }
}
