package org.kyneta.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Frames that real clients have sent, and what becomes of them when they are damaged. */
final class Captures {

  private static final Pattern FROM_CLIENT =
      Pattern.compile("\\s*[0-9]+ms C->S BINARY ([0-9]+) bytes");
  private static final Pattern BYTES =
      Pattern.compile(" {4}((?:[0-9a-f]{2} ){0,15}[0-9a-f]{2}) .*");
  private static final int MOST_CHANGES = 6;

  private final List<byte[]> frames;

  private Captures(List<byte[]> frames) {
    this.frames = frames;
  }

  /**
   * Reads all dumps of a folder.
   *
   * @throws NoSuchFileException if there are none
   */
  static Captures read(Path folder) throws IOException {
    List<byte[]> frames = new ArrayList<>();
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".txt")).sorted().toList()) {
        frames.addAll(frames(Files.readAllLines(file)));
      }
    }
    if (frames.isEmpty()) {
      throw new NoSuchFileException(folder + ": expected dumps of sessions, found none");
    }
    return new Captures(frames);
  }

  private static List<byte[]> frames(List<String> lines) {
    List<byte[]> frames = new ArrayList<>();
    for (int line = 0; line < lines.size(); line++) {
      Matcher head = FROM_CLIENT.matcher(lines.get(line));
      if (head.matches()) {
        frames.add(bytes(lines, line + 1, Integer.parseInt(head.group(1))));
      }
    }
    return frames;
  }

  private static byte[] bytes(List<String> lines, int from, int size) {
    StringBuilder hex = new StringBuilder();
    for (int line = from; hex.length() < 2 * size; line++) {
      Matcher bytes = BYTES.matcher(lines.get(line));
      if (!bytes.matches()) {
        throw new IllegalArgumentException(
            "line %d: expected bytes in hexadecimal, found %s"
                .formatted(line + 1, lines.get(line)));
      }
      hex.append(bytes.group(1).replace(" ", ""));
    }
    return HexFormat.of().parseHex(hex.substring(0, 2 * size));
  }

  int count() {
    return frames.size();
  }

  /** Returns a frame as it was sent. */
  byte[] frame(int number) {
    return frames.get(number).clone();
  }

  /** Returns some frame with a few changes at random. */
  byte[] mutated(Random random) {
    byte[] bytes = frame(random.nextInt(frames.size()));
    for (int i = random.nextInt(MOST_CHANGES); i >= 0 && bytes.length > 0; i--) {
      bytes = changed(bytes, random);
    }
    return bytes;
  }

  private byte[] changed(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(5)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt(256);
      case 2 -> {
        return java.util.Arrays.copyOf(bytes, at);
      }
      case 3 -> {
        byte[] other = frames.get(random.nextInt(frames.size()));
        byte[] spliced = java.util.Arrays.copyOf(bytes, at + other.length);
        System.arraycopy(other, 0, spliced, at, other.length);
        return spliced;
      }
      default -> {
        byte[] grown = java.util.Arrays.copyOf(bytes, bytes.length + 1);
        System.arraycopy(bytes, at, grown, at + 1, bytes.length - at);
        grown[at] = (byte) random.nextInt(256);
        return grown;
      }
    }
    return bytes;
  }
}
