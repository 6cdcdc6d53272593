/** A durable sync relay for JavaScript clients, over any record store. */
module org.kyneta.relay {
  requires static transitive org.jspecify;
  requires transitive org.kyneta.store;
  requires tools.jackson.core;

  exports org.kyneta.relay;
}
