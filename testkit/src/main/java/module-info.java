/** The conformance kit: the contract of a store as tests for anyone's own store. */
module org.kyneta.testkit {
  requires static transitive org.jspecify;
  requires transitive org.junit.jupiter.api;
  requires transitive org.kyneta.store;
  requires org.assertj.core;
  requires org.junit.jupiter.params;

  exports org.kyneta.testkit;

  provides org.junit.jupiter.api.extension.Extension with
      org.kyneta.testkit.LeakCheck;

  // The tests are inherited from classes that are nobody's business.
  opens org.kyneta.testkit to
      org.junit.platform.commons;
}
