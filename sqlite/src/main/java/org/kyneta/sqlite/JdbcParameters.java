package org.kyneta.sqlite;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Passes parameters on; an SQLException goes through the binding, which cannot declare it. */
final class JdbcParameters implements SqliteAdapter.Parameters {

  private @Nullable PreparedStatement statement;
  private @Nullable SQLException failure;

  void bind(PreparedStatement target, SqliteAdapter.Binding binding) throws SQLException {
    statement = target;
    failure = null;
    binding.bind(this);
    if (failure != null) {
      throw failure;
    }
  }

  private PreparedStatement target() {
    return Objects.requireNonNull(statement);
  }

  @Override
  public void text(int position, @Nullable String value) {
    try {
      target().setString(position, value);
    } catch (SQLException e) {
      failure = e;
    }
  }

  @Override
  public void integer(int position, long value) {
    try {
      target().setLong(position, value);
    } catch (SQLException e) {
      failure = e;
    }
  }

  @Override
  public void blob(int position, byte @Nullable [] value) {
    try {
      if (value == null) {
        target().setNull(position, Types.BLOB);
      } else {
        target().setBytes(position, value);
      }
    } catch (SQLException e) {
      failure = e;
    }
  }
}
