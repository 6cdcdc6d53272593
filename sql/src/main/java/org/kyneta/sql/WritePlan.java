package org.kyneta.sql;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.CorruptDataException;
import org.kyneta.store.Limits;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.RecordRejectedException.Rule;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;
import org.kyneta.store.StoreRecord.Meta;
import org.kyneta.store.StreamRules;
import org.kyneta.store.SyncMode;

/**
 * What one write does to a document's rows: which rows it inserts, one record after the other, and
 * what the metadata index holds afterwards.
 *
 * <p>A plan is made inside the transaction from what was read there, and does no I/O itself. The
 * rows that it has given out are to be undone when a later step throws. Not thread-safe.
 */
public final class WritePlan {

  /** Stands for metadata that is there and need not be read, since an entry does not touch it. */
  private static final StoreMeta UNREAD =
      StoreMeta.of(new ReplicaType("", 0, 0), SyncMode.COLLABORATIVE, "");

  private final RowCodec codec;
  private final Limits limits;
  private final String docId;
  private final boolean replacing;
  private final long maxSeq;
  private final Checksum checksum;
  private @Nullable StoreMeta meta;
  private @Nullable String newMeta;
  private long lastSeq;

  private WritePlan(
      RowCodec codec,
      Limits limits,
      String docId,
      @Nullable StoreMeta current,
      long lastSeq,
      long maxSeq,
      boolean replacing) {
    this.codec = codec;
    this.limits = limits;
    this.docId = docId;
    this.meta = current;
    this.lastSeq = lastSeq;
    this.maxSeq = maxSeq;
    this.replacing = replacing;
    this.checksum = new Checksum(docId);
  }

  /**
   * Plans to append.
   *
   * @param codec the codec of the store's format
   * @param limits how large a record may be
   * @param docId the document
   * @param current its current metadata, or null if it does not exist
   * @param lastSeq its last record's sequence number, or -1 if it has none
   * @param maxSeq the greatest sequence number that the back end can hold
   * @throws CorruptDataException if there are records without metadata, or with negative numbers
   *     only
   */
  public static WritePlan append(
      RowCodec codec,
      Limits limits,
      String docId,
      @Nullable StoreMeta current,
      long lastSeq,
      long maxSeq) {
    if (lastSeq < -1) {
      throw new CorruptDataException(
          docId,
          codec.tables().recordsName(),
          "expected a last seq of at least 0, found "
              + lastSeq
              + "; delete or replace the document to go on",
          null);
    }
    if (current == null && lastSeq >= 0) {
      throw new CorruptDataException(
          docId,
          codec.tables().recordsName(),
          "expected no records without metadata, found some up to seq %d; delete or replace the"
                  .formatted(lastSeq)
              + " document to go on",
          null);
    }
    return new WritePlan(codec, limits, docId, current, lastSeq, maxSeq, false);
  }

  /**
   * Plans to append entries, and no metadata, to a document that is known to exist.
   *
   * @param codec the codec of the store's format
   * @param limits how large a record may be
   * @param docId the document
   * @param lastSeq its last record's sequence number, or -1 if it has none
   * @param maxSeq the greatest sequence number that the back end can hold
   */
  public static WritePlan appendEntries(
      RowCodec codec, Limits limits, String docId, long lastSeq, long maxSeq) {
    return append(codec, limits, docId, UNREAD, lastSeq, maxSeq);
  }

  /**
   * Plans to replace the whole stream.
   *
   * @param codec the codec of the store's format
   * @param limits how large a record may be
   * @param docId the document
   * @param current its current metadata, or null if it does not exist
   * @param maxSeq the greatest sequence number that the back end can hold
   */
  public static WritePlan replace(
      RowCodec codec, Limits limits, String docId, @Nullable StoreMeta current, long maxSeq) {
    return new WritePlan(codec, limits, docId, current, -1, maxSeq, true);
  }

  /**
   * Returns the row to insert for the next record.
   *
   * @throws RecordRejectedException if the record breaks a rule, is metadata that could not be read
   *     back, or the stream is full
   */
  public Row next(StoreRecord record) {
    StreamRules.checkSize(docId, Objects.requireNonNull(record, "record"), limits);
    meta =
        replacing
            ? StreamRules.withinReplacement(docId, meta, record)
            : StreamRules.afterAppend(docId, meta, record);
    if (lastSeq >= maxSeq) {
      throw new RecordRejectedException(
          Rule.BACK_END_CAN_HOLD, docId, "seq", "of at most " + maxSeq, "a record after it");
    }
    long seq = ++lastSeq;
    return switch (record) {
      case Meta(StoreMeta offered) -> {
        newMeta = encoded(offered);
        yield row(seq, Row.META, newMeta, null);
      }
      case Entry entry -> {
        byte[] blob = entry.payload().data() instanceof Bytes(byte[] bytes) ? bytes : null;
        yield row(seq, Row.ENTRY, RowCodec.encodeEntry(entry), blob);
      }
    };
  }

  /** Encodes metadata; what could not be read back would take the whole document with it. */
  private String encoded(StoreMeta offered) {
    String problem = "other metadata when read back";
    try {
      String json = codec.encodeMeta(offered);
      if (codec.decodeMeta(json.getBytes(StandardCharsets.UTF_8)).equals(offered)) {
        return json;
      }
    } catch (IllegalArgumentException e) {
      problem = String.valueOf(e.getMessage());
    }
    throw new RecordRejectedException(
        Rule.BACK_END_CAN_HOLD, docId, "metadata", "that can be read back", problem);
  }

  private Row row(long seq, String kind, String payload, byte @Nullable [] blob) {
    byte[] utf8 = payload.getBytes(StandardCharsets.UTF_8);
    return new Row(seq, kind, payload, blob, checksum.ofRecord(seq, kind, utf8, blob));
  }

  /**
   * Returns the row that the metadata index must hold after the records so far; empty if it stays
   * as it is.
   *
   * @throws RecordRejectedException if this is a replacement and no record of it was metadata
   */
  public Optional<MetaRow> meta() {
    if (newMeta == null) {
      if (replacing) {
        throw StreamRules.replacementWithoutMeta(docId, lastSeq + 1);
      }
      return Optional.empty();
    }
    long sum = checksum.ofMeta(newMeta.getBytes(StandardCharsets.UTF_8));
    return Optional.of(new MetaRow(newMeta, sum));
  }
}
