package org.kyneta.sql;

import java.nio.charset.StandardCharsets;
import org.kyneta.store.CorruptDataException;

/** A cursor over document ids. */
public final class IdCursor extends FeedCursor<byte[], String> {

  private final String table;

  /**
   * Makes a cursor.
   *
   * @param feed the ids as the bytes that are stored, in the order of those
   * @param table the name of the table, for messages
   */
  public IdCursor(RowFeed<byte[]> feed, String table) {
    super(feed);
    this.table = table;
  }

  @Override
  protected String element(byte[] row) {
    try {
      return Utf8.decode(row);
    } catch (IllegalArgumentException e) {
      String shown = new String(row, StandardCharsets.UTF_8);
      throw new CorruptDataException(shown, table, "doc_id: " + e.getMessage(), e);
    }
  }
}
