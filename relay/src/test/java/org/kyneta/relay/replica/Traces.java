package org.kyneta.relay.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Recorded editing sessions and the dumps of real clients' sessions, from the folder beside the
 * repository. Tests that need it are skipped where it is absent, but not in continuous integration.
 */
final class Traces {

  private static final Path FOLDER = Path.of("..", "..", "shared").toAbsolutePath().normalize();

  private Traces() {}

  /** Returns the updates of an editing session, one a keystroke. */
  static List<byte[]> updates(String session) throws IOException {
    byte[] log;
    try (InputStream in =
        new GZIPInputStream(Files.newInputStream(file("traces/" + session + ".updates.gz")))) {
      log = in.readAllBytes();
    }
    List<byte[]> updates = new ArrayList<>();
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(log));
    while (in.available() > 0) {
      updates.add(in.readNBytes(in.readInt()));
    }
    return updates;
  }

  /** Returns the document that a session ends with, as JavaScript writes it. */
  static byte[] snapshot(String session) throws IOException {
    return Files.readAllBytes(file("traces/" + session + ".snapshot"));
  }

  /** Returns a file of the folder, or skips the test. */
  static Path file(String name) {
    Path file = FOLDER.resolve(name);
    if ("true".equals(System.getenv("CI"))) {
      assertThat(file).as("continuous integration has the shared folder").exists();
    }
    assumeThat(file).as("%s is absent, so the test is skipped", file).exists();
    return file;
  }
}
