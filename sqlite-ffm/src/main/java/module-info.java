/**
 * SQLite through the JDK's own access to native code, for the store of {@code org.kyneta.sqlite}.
 */
module org.kyneta.sqlite.ffm {
  requires static transitive org.jspecify;
  requires transitive org.kyneta.sqlite;

  exports org.kyneta.sqlite.ffm;
}
