package org.kyneta.postgres;

import org.kyneta.sql.StoredRow;

/** How the rows of one query are taken out of COPY's answer. */
interface RowShape<R> {

  /** Reads the current row. */
  R take(CopyRows rows);

  /** Returns about how many bytes of memory a row holds. */
  int size(R row);

  /** Rows of records: the columns seq, kind, payload, blob, crc32c. */
  RowShape<StoredRow> RECORDS =
      new RowShape<>() {
        @Override
        public StoredRow take(CopyRows rows) {
          return new StoredRow(
              rows.integer(1, -1),
              rows.kind(2),
              rows.bytes(3),
              rows.bytes(4),
              rows.integer(5, StoredRow.NO_CHECKSUM));
        }

        @Override
        public int size(StoredRow row) {
          return row.size();
        }
      };

  /** Document ids, as the bytes that are stored. */
  RowShape<byte[]> IDS =
      new RowShape<>() {
        @Override
        public byte[] take(CopyRows rows) {
          byte[] id = rows.bytes(1);
          return id == null ? new byte[0] : id;
        }

        @Override
        public int size(byte[] row) {
          return 32 + row.length;
        }
      };
}
