/** A record store in the caller's own database, through jOOQ and in the caller's transactions. */
module org.kyneta.jooq {
  requires static transitive org.jspecify;
  requires static jakarta.xml.bind;
  requires transitive org.jooq;
  requires transitive org.kyneta.sql;
  requires transitive org.kyneta.store;
  requires java.sql;

  exports org.kyneta.jooq;
}
