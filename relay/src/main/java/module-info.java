/** A durable sync relay for JavaScript clients, over any record store. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module org.kyneta.relay {
  requires static transitive org.jspecify;
  requires transitive micrometer.core;
  requires transitive org.kyneta.store;
  requires micrometer.registry.prometheus;
  requires org.eclipse.jetty.http;
  requires org.eclipse.jetty.io;
  requires org.eclipse.jetty.server;
  requires org.eclipse.jetty.util;
  requires org.eclipse.jetty.websocket.core.common;
  requires org.eclipse.jetty.websocket.core.server;
  requires org.slf4j;
  requires tools.jackson.core;

  exports org.kyneta.relay;
}
