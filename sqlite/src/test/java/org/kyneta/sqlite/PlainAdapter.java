package org.kyneta.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

// @start region="adapter"
/** SQLite through any driver of JDBC, in few lines: every statement is prepared anew. */
final class PlainAdapter extends SqliteAdapter {

  private final Connection connection;

  PlainAdapter(Connection connection) {
    this.connection = connection;
  }

  @Override
  public long exec(String sql, Binding binding) {
    return call(() -> {
      try (PreparedStatement statement = prepare(sql, binding)) {
        return (long) statement.executeUpdate();
      }
    });
  }

  @Override
  public Rows iterate(String sql, Binding binding) {
    return call(() -> {
      PreparedStatement statement = prepare(sql, binding);
      return new PlainRows(statement, statement.executeQuery());
    });
  }

  private PreparedStatement prepare(String sql, Binding binding) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    binding.bind(
        new Parameters() {
          @Override
          public void text(int position, @Nullable String value) {
            run(() -> statement.setString(position, value));
          }

          @Override
          public void integer(int position, long value) {
            run(() -> statement.setLong(position, value));
          }

          @Override
          public void blob(int position, byte @Nullable [] value) {
            run(() -> statement.setBytes(position, value));
          }
        });
    return statement;
  }

  @Override
  public void close() {
    run(connection::close);
  }

  private record PlainRows(PreparedStatement statement, ResultSet rows) implements Rows {

    @Override
    public boolean next() {
      return call(rows::next);
    }

    @Override
    public boolean isNull(int column) {
      return call(() -> rows.getObject(column) == null);
    }

    @Override
    public long integer(int column) {
      return call(() -> rows.getLong(column));
    }

    @Override
    public @Nullable String text(int column) {
      return call(() -> rows.getString(column));
    }

    @Override
    public byte @Nullable [] bytes(int column) {
      return call(() -> rows.getBytes(column));
    }

    @Override
    public void close() {
      run(statement::close);
    }
  }

  private interface Call<T extends @Nullable Object> {
    T call() throws SQLException;
  }

  /** Every error becomes one with SQLite's own code, by which the store tells what may pass. */
  private static <T extends @Nullable Object> T call(Call<T> call) {
    try {
      return call.call();
    } catch (SQLException e) {
      throw new SqliteException("plain SQLite: " + e.getMessage(), e.getErrorCode(), e);
    }
  }

  private interface Action {
    void run() throws SQLException;
  }

  private static void run(Action action) {
    call(() -> {
      action.run();
      return true;
    });
  }
}
// @end
