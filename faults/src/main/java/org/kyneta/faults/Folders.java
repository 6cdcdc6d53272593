package org.kyneta.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders whose files nobody needs any more. */
public final class Folders {

  private Folders() {}

  /** Deletes a folder and all that is in it. */
  public static void delete(Path folder) throws IOException {
    empty(folder);
    Files.delete(folder);
  }

  /** Deletes all that is in a folder. */
  public static void empty(Path folder) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(folder)) {
      paths = new ArrayList<>(walk.sorted(Comparator.reverseOrder()).toList());
    }
    paths.removeLast();
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }
}
