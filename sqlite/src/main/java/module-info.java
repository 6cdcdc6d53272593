/** Record streams in SQLite files, compatible row for row with the JavaScript store. */
module org.kyneta.sqlite {
  requires static transitive org.jspecify;
  requires transitive java.sql;
  requires transitive org.kyneta.sql;
  requires transitive org.kyneta.store;
  requires org.xerial.sqlitejdbc;

  exports org.kyneta.sqlite;
}
