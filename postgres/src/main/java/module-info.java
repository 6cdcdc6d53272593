/** Record streams in PostgreSQL, compatible row for row with the JavaScript store. */
@SuppressWarnings("requires-automatic")
module org.kyneta.postgres {
  requires static transitive org.jspecify;
  requires transitive java.sql;
  requires transitive org.kyneta.sql;
  requires transitive org.kyneta.store;
  requires org.postgresql.jdbc;

  exports org.kyneta.postgres;
}
