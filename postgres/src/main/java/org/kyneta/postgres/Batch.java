package org.kyneta.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Row;

/** Rows of the records that are sent to the server together, as one array for each column. */
final class Batch {

  private final boolean checked;
  private final List<String> docIds = new ArrayList<>();
  private final List<Row> rows = new ArrayList<>();
  private long bytes;

  /** Makes an empty one for tables with or without our checksum column. */
  Batch(boolean checked) {
    this.checked = checked;
  }

  void add(String docId, Row row) {
    docIds.add(docId);
    rows.add(row);
    byte @Nullable [] blob = row.blob();
    bytes += 64L + row.payload().length() + (blob == null ? 0 : blob.length);
  }

  int size() {
    return rows.size();
  }

  /** Returns about how many bytes of memory the rows hold. */
  long bytes() {
    return bytes;
  }

  Row first() {
    return rows.getFirst();
  }

  void clear() {
    docIds.clear();
    rows.clear();
    bytes = 0;
  }

  /**
   * Sets the arrays as parameters.
   *
   * @return the number of the parameter after them
   */
  int bind(PreparedStatement statement, int first) throws SQLException {
    Connection connection = statement.getConnection();
    int size = rows.size();
    // Arrays of these very types are sent in binary.
    Integer[] seqs = new Integer[size];
    String[] kinds = new String[size];
    String[] payloads = new String[size];
    byte[] @Nullable [] blobs = new byte[size][];
    @Nullable Long[] checksums = new Long[size];
    for (int i = 0; i < size; i++) {
      Row row = rows.get(i);
      seqs[i] = Math.toIntExact(row.seq());
      kinds[i] = row.kind();
      payloads[i] = row.payload();
      blobs[i] = row.blob();
      checksums[i] = row.checksum();
    }
    int parameter = first;
    statement.setArray(
        parameter++, connection.createArrayOf("text", docIds.toArray(String[]::new)));
    statement.setArray(parameter++, connection.createArrayOf("int4", seqs));
    statement.setArray(parameter++, connection.createArrayOf("text", kinds));
    statement.setArray(parameter++, connection.createArrayOf("text", payloads));
    statement.setArray(parameter++, connection.createArrayOf("bytea", blobs));
    if (checked) {
      statement.setArray(parameter++, connection.createArrayOf("int8", checksums));
    }
    return parameter;
  }
}
