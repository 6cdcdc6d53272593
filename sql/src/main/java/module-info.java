/**
 * Records as SQL rows: the codec, the formats, the checksums and the plans that every SQL back end
 * shares, so that what one writes another reads.
 */
module org.kyneta.sql {
  requires static transitive org.jspecify;
  requires transitive org.kyneta.store;
  requires java.sql;
  requires tools.jackson.core;

  exports org.kyneta.sql;
}
