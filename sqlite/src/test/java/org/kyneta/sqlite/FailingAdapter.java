package org.kyneta.sqlite;

import java.util.function.Predicate;

/** An adapter that fails on purpose: before or after a statement is run. */
final class FailingAdapter extends SqliteAdapter {

  private final SqliteAdapter real;
  private Predicate<String> before = sql -> false;
  private Predicate<String> after = sql -> false;
  private int code;

  FailingAdapter(SqliteAdapter real) {
    this.real = real;
  }

  /** Fails instead of running statements. */
  void failBefore(int resultCode, Predicate<String> statements) {
    code = resultCode;
    before = statements;
  }

  /** Runs statements and fails all the same. */
  void failAfter(int resultCode, Predicate<String> statements) {
    code = resultCode;
    after = statements;
  }

  void recover() {
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
    return changes;
  }

  @Override
  public Rows iterate(String sql, Binding binding) {
    if (before.test(sql)) {
      throw new SqliteException("injected", code, null);
    }
    return real.iterate(sql, binding);
  }

  @Override
  public void close() {
    real.close();
  }
}
