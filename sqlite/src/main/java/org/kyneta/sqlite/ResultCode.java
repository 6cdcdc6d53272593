package org.kyneta.sqlite;

/** The primary result codes of SQLite (sqlite.org/rescode.html) that the store tells apart. */
final class ResultCode {

  static final int ERROR = 1;
  static final int INTERNAL = 2;
  static final int BUSY = 5;
  static final int LOCKED = 6;
  static final int READONLY = 8;
  static final int IOERR = 10;
  static final int CORRUPT = 11;
  static final int FULL = 13;
  static final int CANTOPEN = 14;
  static final int TOOBIG = 18;
  static final int CONSTRAINT = 19;
  static final int NOTADB = 26;

  private ResultCode() {}
}
