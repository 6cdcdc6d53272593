package org.kyneta.faults;

import java.util.HexFormat;
import java.util.SplittableRandom;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;

/**
 * Records that follow from a seed, a document and a number, so that whoever reads one can tell
 * which it is and whether it is whole. Immutable.
 *
 * @param seed the seed of all contents
 * @param largest the most bytes or characters of a payload, at least 8
 */
public record Contents(long seed, int largest) {

  private static final int SMALL = 120;
  private static final int MEDIUM = 1_000;

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException if the largest payload is below 8
   */
  public Contents {
    if (largest < 8) {
      throw new IllegalArgumentException("expected payloads of at least 8 bytes, found " + largest);
    }
  }

  /**
   * Returns a record; its version, or the schema hash of metadata, is the number.
   *
   * @param docId the document
   * @param number the number, at least 0, unique within the document
   * @param isMeta whether it is metadata
   */
  public StoreRecord record(String docId, long number, boolean isMeta) {
    return isMeta ? StoreRecord.meta(meta(number)) : entry(docId, number);
  }

  private static StoreMeta meta(long number) {
    return StoreMeta.of(
        new ReplicaType("yjs", 1, (int) (number % 3)),
        SyncMode.COLLABORATIVE,
        Long.toString(number));
  }

  private StoreRecord entry(String docId, long number) {
    SplittableRandom random =
        new SplittableRandom((seed * 31 + docId.hashCode()) * 1_000_003 + number);
    byte[] bytes = new byte[size(random)];
    random.nextBytes(bytes);
    Kind kind = random.nextInt(8) == 0 ? Kind.ENTIRETY : Kind.SINCE;
    Payload payload =
        random.nextInt(4) == 0 ? Payload.json(kind, text(bytes)) : Payload.binary(kind, bytes);
    return StoreRecord.entry(
        random.nextInt(8) == 0 ? payload.withLineage("lineage") : payload, Long.toString(number));
  }

  private int size(SplittableRandom random) {
    int bound =
        switch (random.nextInt(20)) {
          case 0 -> largest;
          case 1, 2, 3, 4 -> MEDIUM;
          default -> SMALL;
        };
    return random.nextInt(8, Math.min(bound, largest) + 1);
  }

  private static String text(byte[] bytes) {
    byte[] half = new byte[bytes.length / 2 - 1];
    System.arraycopy(bytes, 0, half, 0, half.length);
    return "\"" + HexFormat.of().formatHex(half) + "\"";
  }

  /**
   * Tells which record this is.
   *
   * @param docId the document in which it was found
   * @param record the record
   */
  Item recognize(String docId, StoreRecord record) {
    boolean isMeta = record instanceof StoreRecord.Meta;
    String text =
        switch (record) {
          case StoreRecord.Meta(StoreMeta meta) -> meta.schemaHash();
          case StoreRecord.Entry(Payload ignored, String version) -> version;
        };
    long number;
    try {
      number = Long.parseLong(text);
    } catch (NumberFormatException e) {
      return Item.foreign(text, record);
    }
    return record.equals(record(docId, number, isMeta))
        ? new Item(number, isMeta, null)
        : Item.foreign(text, record);
  }
}
