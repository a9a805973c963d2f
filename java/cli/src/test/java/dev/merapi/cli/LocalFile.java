package dev.merapi.cli;

import dev.merapi.train.data.DataDirectories;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.DatasetSource;
import dev.merapi.train.data.Download;
import java.util.List;

/** A data set that a test publishes on this machine: a file that says hello. */
public record LocalFile() implements DatasetSource {
  static String address = "http://127.0.0.1:9/hello.txt";

  @Override
  public String name() {
    return "local-file";
  }

  @Override
  public List<Download> downloads() {
    return List.of(
        Download.file(address, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"));
  }

  @Override
  public Dataset open(String split, DataDirectories where) {
    throw new UnsupportedOperationException("nothing is read from " + address);
  }
}
