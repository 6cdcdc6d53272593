package org.kyneta.relay.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A recorded session between a real client and the original's relay. Tests that need the recordings
 * are skipped where the folder beside the repository is absent, but not in continuous integration.
 *
 * @param name the recording's name
 * @param frames its binary messages, in their order
 */
public record Capture(String name, List<Recorded> frames) {

  private static final Path FOLDER =
      Path.of("..", "..", "shared", "captures").toAbsolutePath().normalize();
  private static final Pattern HEAD = Pattern.compile(" *\\d+ms (C->S|S->C) BINARY (\\d+) bytes");

  /** Where the bytes of a line begin and end; the same as text follows. */
  private static final int BYTES_FROM = 4;

  private static final int BYTES_TO = 52;
  private static final Pattern TEXT =
      Pattern.compile("    frame v3 seq=(\\d+) complete; (\\w+) (\\{.*})");

  /**
   * A binary message.
   *
   * @param fromClient whether the client sent it
   * @param bytes what was sent
   * @param sequence the sequence number that the recording shows
   * @param message the name of the message that the recording shows
   * @param json its fields, as the recording shows them
   */
  public record Recorded(
      boolean fromClient, byte[] bytes, int sequence, String message, String json) {

    @Override
    public String toString() {
      return message + " " + json;
    }
  }

  @Override
  public String toString() {
    return name;
  }

  /** Returns all recordings, or skips the test. */
  public static Stream<Capture> all() {
    boolean required = "true".equals(System.getenv("CI"));
    if (required) {
      assertThat(FOLDER).as("continuous integration has the recordings").exists();
    }
    assumeThat(FOLDER).as("%s is absent, so the test is skipped", FOLDER).exists();
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(file -> file.toString().endsWith(".txt"))
          .sorted()
          .map(Capture::read)
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Capture read(Path file) {
    try {
      return new Capture(String.valueOf(file.getFileName()), frames(Files.readAllLines(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Recorded> frames(List<String> lines) {
    List<Recorded> frames = new ArrayList<>();
    int line = 0;
    while (line < lines.size()) {
      Matcher head = HEAD.matcher(lines.get(line++));
      if (!head.matches()) {
        continue;
      }
      StringBuilder hex = new StringBuilder();
      Matcher text = TEXT.matcher(lines.get(line));
      while (!text.matches()) {
        hex.append(bytes(lines.get(line++)));
        text = TEXT.matcher(lines.get(line));
      }
      byte[] found = HexFormat.of().parseHex(hex);
      assertThat(found).hasSize(Integer.parseInt(head.group(2)));
      boolean fromClient = head.group(1).equals("C->S");
      frames.add(
          new Recorded(
              fromClient, found, Integer.parseInt(text.group(1)), text.group(2), text.group(3)));
    }
    return frames;
  }

  private static String bytes(String line) {
    return line.substring(BYTES_FROM, Math.min(BYTES_TO, line.length())).replace(" ", "");
  }
}
