package org.kyneta.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConnection;

/** A function as sqlite-jdbc calls it while statements run; loaded only where that driver is. */
final class XerialWatch extends ProgressHandler {

  private static final int INSTRUCTIONS = 4;

  private final BooleanSupplier watch;

  private XerialWatch(BooleanSupplier watch) {
    this.watch = watch;
  }

  /** Has a function called, or none. */
  static void put(Connection connection, @Nullable BooleanSupplier watch) {
    try {
      Connection own = connection.unwrap(SQLiteConnection.class);
      if (watch == null) {
        clearHandler(own);
      } else {
        setHandler(own, INSTRUCTIONS, new XerialWatch(watch));
      }
    } catch (SQLException e) {
      throw new SqliteException("SQLite connection: " + e.getMessage(), XerialDriver.code(e), e);
    }
  }

  @Override
  protected int progress() {
    return watch.getAsBoolean() ? 1 : 0;
  }
}
