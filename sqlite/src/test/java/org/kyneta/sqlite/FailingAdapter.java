package org.kyneta.sqlite;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An adapter that fails on purpose: before or after a statement is run. */
final class FailingAdapter extends SqliteAdapter {

  private final SqliteAdapter real;
  private Predicate<String> before = sql -> false;
  private Predicate<String> after = sql -> false;
  private Predicate<String> deadly = sql -> false;
  private int code;

  FailingAdapter(SqliteAdapter real) {
    this.real = real;
  }

  /** Fails instead of running statements. */
  void failBefore(int resultCode, Predicate<String> statements) {
    code = resultCode;
    before = statements;
  }

  /** Runs statements and fails all the same, after the last row of those that have any. */
  void failAfter(int resultCode, Predicate<String> statements) {
    code = resultCode;
    after = statements;
  }

  /** Runs statements and then has no memory left. */
  void dieAfter(Predicate<String> statements) {
    deadly = statements;
  }

  void recover() {
    deadly = sql -> false;
    before = sql -> false;
    after = sql -> false;
  }

  @Override
  public String library() {
    return real.library();
  }

  @Override
  public long exec(String sql, Binding binding) {
    if (before.test(sql)) {
      throw new SqliteException("injected", code, null);
    }
    long changes = real.exec(sql, binding);
    if (after.test(sql)) {
      throw new SqliteException("injected", code, null);
    }
    if (deadly.test(sql)) {
      throw new OutOfMemoryError("injected");
    }
    return changes;
  }

  @Override
  public Rows iterate(String sql, Binding binding) {
    if (before.test(sql)) {
      throw new SqliteException("injected", code, null);
    }
    Rows rows = real.iterate(sql, binding);
    return after.test(sql) ? new FailingRows(rows, code) : rows;
  }

  @Override
  public void close() {
    real.close();
  }

  private record FailingRows(Rows real, int code) implements Rows {

    @Override
    public boolean next() {
      if (real.next()) {
        return true;
      }
      throw new SqliteException("injected", code, null);
    }

    @Override
    public boolean isNull(int column) {
      return real.isNull(column);
    }

    @Override
    public long integer(int column) {
      return real.integer(column);
    }

    @Override
    public @Nullable String text(int column) {
      return real.text(column);
    }

    @Override
    public byte @Nullable [] bytes(int column) {
      return real.bytes(column);
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
