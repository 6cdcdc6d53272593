package org.kyneta.benchmarks;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.kyneta.store.StoreRecord;

/**
 * The bytes that are written, the same as every peer writes.
 *
 * @param updates the payloads, of which entry n has number n modulo their count
 */
record Payloads(List<byte[]> updates) {

  /** Byte i of payload n is (n * 31 + i) &amp; 255, so that 256 payloads are all there are. */
  static Payloads pattern(int length) {
    List<byte[]> updates = new ArrayList<>(256);
    for (int n = 0; n < 256; n++) {
      byte[] bytes = new byte[length];
      for (int i = 0; i < length; i++) {
        bytes[i] = (byte) (n * 31 + i);
      }
      updates.add(bytes);
    }
    return new Payloads(updates);
  }

  /** The updates of a recorded session: each a length as four bytes, and that many bytes. */
  static Payloads trace(Path file) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      List<byte[]> updates = new ArrayList<>();
      while (bytes.hasRemaining()) {
        byte[] update = new byte[bytes.getInt()];
        bytes.get(update);
        updates.add(update);
      }
      return new Payloads(updates);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  /** Writes a compressed session as the peers read it. */
  static void unpack(Path compressed, Path target) {
    try (DataInputStream in =
        new DataInputStream(new GZIPInputStream(Files.newInputStream(compressed)))) {
      Files.copy(in, target);
    } catch (IOException e) {
      throw new UncheckedIOException(compressed + ": " + e.getMessage(), e);
    }
  }

  int count() {
    return updates.size();
  }

  /** Returns the entry number n: a delta, whose version is its number. */
  StoreRecord entry(int n) {
    return update(n).entry();
  }

  /**
   * Returns the first entries, made before the clock runs, so that only the store's work counts.
   */
  Update[] first(int count) {
    return IntStream.range(0, count).mapToObj(this::update).toArray(Update[]::new);
  }

  private Update update(int n) {
    return Update.of(n, updates.get(n % updates.size()));
  }
}
