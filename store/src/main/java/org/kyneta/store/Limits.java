package org.kyneta.store;

/**
 * How large the parts of what is written may be. Reading is not limited: what is there already is
 * handed out whatever its size.
 *
 * @param idBytes the most bytes of a document id in UTF-8, at least 1
 * @param payloadBytes the most bytes of an entry: its data (text counts as UTF-8), its version and
 *     its lineage together, at least 1
 * @param metaBytes the most bytes of metadata as JSON text in UTF-8, at least 1
 */
public record Limits(int idBytes, int payloadBytes, int metaBytes) {

  /** Ids of 2,048 bytes, payloads of 64 MiB, metadata of 1 MiB. */
  public static final Limits DEFAULT = new Limits(2_048, 64 << 20, 1 << 20);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public Limits {
    if (idBytes < 1 || payloadBytes < 1 || metaBytes < 1) {
      throw new IllegalArgumentException(
          "expected limits of at least 1 byte, found ids %d, payloads %d, metadata %d"
              .formatted(idBytes, payloadBytes, metaBytes));
    }
  }

  /** Returns these limits with another one for ids, in bytes. */
  public Limits withIdBytes(int bytes) {
    return new Limits(bytes, payloadBytes, metaBytes);
  }

  /** Returns these limits with another one for payloads, in bytes. */
  public Limits withPayloadBytes(int bytes) {
    return new Limits(idBytes, bytes, metaBytes);
  }

  /** Returns these limits with another one for metadata, in bytes. */
  public Limits withMetaBytes(int bytes) {
    return new Limits(idBytes, payloadBytes, bytes);
  }
}
