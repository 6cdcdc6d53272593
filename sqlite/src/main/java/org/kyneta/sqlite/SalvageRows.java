package org.kyneta.sqlite;

import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Checksum;
import org.kyneta.sql.RowCodec;
import org.kyneta.sql.Utf8;
import org.kyneta.store.CorruptDataException;

/** What a row of a damaged table must be to be taken for one that was written. */
final class SalvageRows {

  private SalvageRows() {}

  /** A row of records as it was written. */
  record RecordRow(
      String docId,
      RowKey key,
      String kind,
      byte[] payload,
      byte @Nullable [] blob,
      @Nullable Long checksum)
      implements TreeWalk.Row {}

  /** A row of the metadata index as it was written. */
  record MetaRow(String docId, RowKey key, byte[] data, @Nullable Long checksum)
      implements TreeWalk.Row {}

  /** Returns a row of records; null if its checksum does not hold, or it cannot be read. */
  static @Nullable RecordRow record(RowImage image, RowCodec codec) {
    if (image.columns() < 5
        || image.columns() > 6
        || !image.isText(0)
        || !image.isInteger(1)
        || !image.isText(2)
        || !image.isText(3)
        || !(image.isBlob(4) || image.isNull(4))) {
      return null;
    }
    try {
      byte[] id = image.bytes(0);
      String docId = Utf8.decode(id);
      String kind = Utf8.decode(image.bytes(2));
      long seq = image.integer(1);
      byte[] payload = image.bytes(3);
      byte[] blob = image.isNull(4) ? null : image.bytes(4);
      Long checksum = checksum(image, 5);
      if (checksum != null && checksum != new Checksum(docId).ofRecord(seq, kind, payload, blob)) {
        return null;
      }
      codec.decode(docId, seq, kind, payload, blob);
      return new RecordRow(docId, new RowKey(id, seq), kind, payload, blob, checksum);
    } catch (IllegalArgumentException | CorruptDataException e) {
      return null;
    }
  }

  /** Returns a row of the index; null if its checksum does not hold, or it cannot be read. */
  static @Nullable MetaRow meta(RowImage image, RowCodec codec) {
    if (image.columns() < 2 || image.columns() > 3 || !image.isText(0) || !image.isText(1)) {
      return null;
    }
    try {
      byte[] id = image.bytes(0);
      String docId = Utf8.decode(id);
      byte[] data = image.bytes(1);
      Long checksum = checksum(image, 2);
      if (checksum != null && checksum != new Checksum(docId).ofMeta(data)) {
        return null;
      }
      codec.decodeIndex(docId, data);
      return new MetaRow(docId, new RowKey(id, 0), data, checksum);
    } catch (IllegalArgumentException | CorruptDataException e) {
      return null;
    }
  }

  /** Another value than NULL that is no number is a checksum that never holds. */
  private static @Nullable Long checksum(RowImage image, int column) {
    if (image.columns() <= column || image.isNull(column)) {
      return null;
    }
    return image.isInteger(column) ? image.integer(column) : -1L;
  }
}
