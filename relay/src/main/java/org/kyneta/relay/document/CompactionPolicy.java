package org.kyneta.relay.document;

/**
 * When a document's stream is compacted: after so much since it was compacted last.
 *
 * @param entries how many entries, if they amount to a quarter of the compacted ones; at least 1
 * @param bytes how many bytes, or as many as the compacted ones have if that is more; at least 1
 * @param images how many entries where each is a whole image; at least 1
 */
public record CompactionPolicy(int entries, long bytes, int images) {

  /** After 1,000 entries, 1 MiB, or 64 images. */
  public static final CompactionPolicy DEFAULT = new CompactionPolicy(1_000, 1 << 20, 64);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public CompactionPolicy {
    if (entries < 1 || bytes < 1 || images < 1) {
      throw new IllegalArgumentException(
          "expected at least 1 each, found %d entries, %d bytes, %d images"
              .formatted(entries, bytes, images));
    }
  }
}
