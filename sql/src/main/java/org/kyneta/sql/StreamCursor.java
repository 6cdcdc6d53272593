package org.kyneta.sql;

import org.kyneta.store.CorruptDataException;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StoreRecord;

/** A cursor over a document's records, which checks their checksums. */
public final class StreamCursor extends FeedCursor<StoredRow, StoreRecord> implements RecordCursor {

  private final RowCodec codec;
  private final String docId;
  private final Checksum checksum;
  private long expectedSeq;
  private long seq = -1;

  /**
   * Makes a cursor.
   *
   * @param feed the rows, in the order of their sequence numbers
   * @param codec reads them
   * @param docId the document
   * @param fromSeq from which sequence number on the rows were asked for
   */
  public StreamCursor(RowFeed<StoredRow> feed, RowCodec codec, String docId, long fromSeq) {
    super(feed);
    this.codec = codec;
    this.docId = docId;
    this.checksum = new Checksum(docId);
    this.expectedSeq = fromSeq;
  }

  @Override
  protected StoreRecord element(StoredRow row) {
    String kind = row.kind() == null ? "NULL" : row.kind();
    if (row.checksum() != StoredRow.NO_CHECKSUM) {
      check(row, kind);
    }
    StoreRecord record = codec.decode(docId, row.seq(), kind, row.payload(), row.blob());
    seq = row.seq();
    expectedSeq = seq + 1;
    return record;
  }

  private void check(StoredRow row, String kind) {
    long computed = checksum.ofRecord(row.seq(), kind, row.payload(), row.blob());
    if (computed != row.checksum()) {
      throw corrupt(row, Checksum.mismatch(row.checksum(), computed));
    }
    // The original skips numbers, but never before a row of ours: there, rows are missing.
    if (row.seq() > expectedSeq && !(seq < 0 && expectedSeq > 0)) {
      throw corrupt(row, "expected seq %d before it, found none".formatted(expectedSeq));
    }
  }

  private CorruptDataException corrupt(StoredRow row, String problem) {
    return new CorruptDataException(docId, codec.tables().recordsName(), row.seq(), problem, null);
  }

  @Override
  public long seq() {
    if (seq < 0) {
      throw new IllegalStateException("next() has not returned a record yet");
    }
    return seq;
  }
}
