/**
 * The contract of a record store: an ordered stream of small changes per document, kept durably and
 * handed back in order.
 */
module org.kyneta.store {
  requires static transitive org.jspecify;

  exports org.kyneta.store;
}
