/** Record streams in SQLite files, compatible row for row with the JavaScript store. */
module org.kyneta.sqlite {
  requires static transitive org.jspecify;
  requires static org.xerial.sqlitejdbc;
  requires transitive java.sql;
  requires transitive org.kyneta.sql;
  requires transitive org.kyneta.store;

  exports org.kyneta.sqlite;
}
