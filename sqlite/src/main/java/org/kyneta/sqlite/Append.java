package org.kyneta.sqlite;

import java.util.function.Consumer;
import org.kyneta.sql.PendingAppend;
import org.kyneta.store.StoreException;

/** An append as what is to be done with the connection that writes. */
final class Append extends PendingAppend {

  private final Consumer<SqliteAdapter> body;

  /**
   * Makes work.
   *
   * @param docId the document
   * @param body checks the record and then writes it; it throws a {@link StoreException} of the
   *     contract before it has changed anything
   */
  Append(String docId, Consumer<SqliteAdapter> body) {
    super(docId);
    this.body = body;
  }

  /** Does the work within a transaction; what SQLite throws is the whole transaction's affair. */
  void run(SqliteAdapter adapter) {
    try {
      body.accept(adapter);
    } catch (SqliteException e) {
      throw e;
    } catch (StoreException e) {
      fail(e);
    }
  }
}
