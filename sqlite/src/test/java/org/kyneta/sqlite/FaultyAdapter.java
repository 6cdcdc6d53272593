package org.kyneta.sqlite;

/** Passes everything on, but for one statement that changes something, which it lets fail. */
final class FaultyAdapter extends SqliteAdapter {

  private final SqliteAdapter delegate;
  private final int resultCode;
  private int stepsLeft;

  /** Makes one that fails with a result code once it is armed. */
  FaultyAdapter(SqliteAdapter delegate, int resultCode) {
    this.delegate = delegate;
    this.resultCode = resultCode;
  }

  /** Lets the n-th statement from now on fail, counted from 1; none if it is 0. */
  void failAt(int step) {
    stepsLeft = step;
  }

  @Override
  public long exec(String sql, Binding binding) {
    if (stepsLeft > 0 && --stepsLeft == 0) {
      throw new SqliteException("injected into " + sql, resultCode, null);
    }
    return delegate.exec(sql, binding);
  }

  @Override
  public Rows iterate(String sql, Binding binding) {
    return delegate.iterate(sql, binding);
  }

  @Override
  public String name() {
    return delegate.name();
  }

  @Override
  public void close() {
    delegate.close();
  }
}
