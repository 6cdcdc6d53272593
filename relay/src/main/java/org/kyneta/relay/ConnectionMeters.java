package org.kyneta.relay;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.Supplier;

/** What is counted of connections. */
final class ConnectionMeters {

  private final MeterRegistry registry;
  private final Counter accepted;
  private final Counter slow;
  private final Counter messages;
  private final Counter bytesReceived;
  private final Counter bytesSent;

  ConnectionMeters(MeterRegistry registry) {
    this.registry = registry;
    this.accepted = counter("kyneta.connections.accepted", "Connections that were made");
    this.slow = counter("kyneta.connections.slow", "Connections closed since too much waited");
    this.messages = counter("kyneta.messages.received", "Messages that peers have sent");
    this.bytesReceived = counter("kyneta.bytes.received", "Bytes of messages from peers");
    this.bytesSent = counter("kyneta.bytes.sent", "Bytes of messages to peers");
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }

  void accepted() {
    accepted.increment();
  }

  void rejected(String reason) {
    registry.counter("kyneta.connections.rejected", "reason", reason).increment();
  }

  void slow() {
    slow.increment();
  }

  void received(long bytes) {
    messages.increment();
    bytesReceived.increment((double) bytes);
  }

  void sent(long bytes) {
    bytesSent.increment((double) bytes);
  }

  void dropped(String reason) {
    registry
        .counter("kyneta.messages.dropped", "reason", reason.toLowerCase(Locale.ROOT))
        .increment();
  }
}
