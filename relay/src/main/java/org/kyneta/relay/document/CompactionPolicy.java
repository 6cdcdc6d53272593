package org.kyneta.relay.document;

import java.util.Objects;

/**
 * When a document's stream is compacted: after so much since it was compacted last.
 *
 * @param entries how many entries, if they amount to a quarter of the compacted ones; at least 1
 * @param bytes how many bytes, or as many as the compacted ones have if that is more; at least 1
 * @param images how many entries where each is a whole image; at least 1
 * @param plain what becomes of plain documents
 */
public record CompactionPolicy(int entries, long bytes, int images, Plain plain) {

  /** After 1,000 entries, 1 MiB, or 64 images; plain documents are kept as they are. */
  public static final CompactionPolicy DEFAULT =
      new CompactionPolicy(1_000, 1 << 20, 64, Plain.KEPT);

  /**
   * What becomes of plain documents. The original's relay takes an image for one change, counts on
   * from there, and doubles what was inserted since: so a store in which they were compacted cannot
   * be handed over to it.
   */
  public enum Plain {
    KEPT,
    COMPACTED
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public CompactionPolicy {
    Objects.requireNonNull(plain, "plain");
    if (entries < 1 || bytes < 1 || images < 1) {
      throw new IllegalArgumentException(
          "expected at least 1 each, found %d entries, %d bytes, %d images"
              .formatted(entries, bytes, images));
    }
  }
}
