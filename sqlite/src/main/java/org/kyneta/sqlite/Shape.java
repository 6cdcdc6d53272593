package org.kyneta.sqlite;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.StoredRow;
import org.kyneta.sqlite.SqliteAdapter.Rows;

/** How the rows of one query are taken out of the result, and kept aside in a file. */
interface Shape<R> {

  /** Reads the current row. */
  R take(Rows rows);

  /** Returns about how many bytes of memory a row holds. */
  int size(R row);

  void write(R row, DataOutput out) throws IOException;

  R read(DataInput in) throws IOException;

  /** Rows of records: the columns seq, kind, payload, blob, crc32c. */
  Shape<StoredRow> RECORDS =
      new Shape<>() {
        @Override
        public StoredRow take(Rows rows) {
          return new StoredRow(
              rows.integer(1),
              Kinds.read(rows, 2),
              rows.bytes(3),
              rows.bytes(4),
              checksum(rows, 5));
        }

        @Override
        public int size(StoredRow row) {
          return row.size();
        }

        @Override
        public void write(StoredRow row, DataOutput out) throws IOException {
          out.writeLong(row.seq());
          String kind = row.kind();
          out.writeUTF(kind == null ? "" : kind);
          writeBytes(row.payload(), out);
          writeBytes(row.blob(), out);
          out.writeLong(row.checksum());
        }

        @Override
        public StoredRow read(DataInput in) throws IOException {
          return new StoredRow(
              in.readLong(), in.readUTF(), readBytes(in), readBytes(in), in.readLong());
        }
      };

  /** Document ids, as the bytes that are stored. */
  Shape<byte[]> IDS =
      new Shape<>() {
        @Override
        public byte[] take(Rows rows) {
          byte[] id = rows.bytes(1);
          return id == null ? new byte[0] : id;
        }

        @Override
        public int size(byte[] row) {
          return 32 + row.length;
        }

        @Override
        public void write(byte[] row, DataOutput out) throws IOException {
          writeBytes(row, out);
        }

        @Override
        public byte[] read(DataInput in) throws IOException {
          byte[] id = readBytes(in);
          return id == null ? new byte[0] : id;
        }
      };

  /** Reads a column that holds a checksum or NULL. */
  static long checksum(Rows rows, int column) {
    long checksum = rows.integer(column);
    return checksum == 0 && rows.isNull(column) ? StoredRow.NO_CHECKSUM : checksum;
  }

  private static void writeBytes(byte @Nullable [] bytes, DataOutput out) throws IOException {
    if (bytes == null) {
      out.writeInt(-1);
    } else {
      out.writeInt(bytes.length);
      out.write(bytes);
    }
  }

  private static byte @Nullable [] readBytes(DataInput in) throws IOException {
    int length = in.readInt();
    if (length < 0) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }
}
