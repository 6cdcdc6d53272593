package org.kyneta.sqlite;

import java.nio.charset.StandardCharsets;
import org.kyneta.sql.Utf8;
import org.kyneta.store.CorruptDataException;

/** A cursor over document ids. */
final class SqliteIdCursor extends FeedCursor<byte[], String> {

  private final String table;

  SqliteIdCursor(Feed<byte[]> feed, String table) {
    super(feed);
    this.table = table;
  }

  @Override
  String element(byte[] row) {
    try {
      return Utf8.decode(row);
    } catch (IllegalArgumentException e) {
      String shown = new String(row, StandardCharsets.UTF_8);
      throw new CorruptDataException(shown, table, "doc_id: " + e.getMessage(), e);
    }
  }
}
