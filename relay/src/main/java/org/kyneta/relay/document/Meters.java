package org.kyneta.relay.document;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.function.Supplier;

/** What is counted and timed of documents. */
final class Meters {

  /** Why what a peer has sent was not done. */
  enum Drop {
    /** The peer may not write to the document. */
    FORBIDDEN,
    /** The document was never presented. */
    UNKNOWN,
    /** The payload or the version is broken. */
    UNREADABLE,
    /** The document's stream is broken, or its type contradicts the stored one. */
    REFUSED,
    /** The storage has failed; the peer is asked again. */
    STORAGE,
    /** The store does not take a record of that size. */
    TOO_LARGE,
    /** The peer has presented more documents than it may. */
    TOO_MANY
  }

  final Counter received;
  final Counter stored;
  final Counter relayed;
  final Counter foreign;
  final Counter storageFailures;
  final Counter refused;
  final Timer append;
  private final MeterRegistry registry;

  Meters(MeterRegistry registry) {
    this.registry = registry;
    this.received = counter("kyneta.offers.received", "Offers that peers have sent");
    this.stored = counter("kyneta.offers.stored", "Entries that were stored");
    this.relayed = counter("kyneta.offers.relayed", "Offers that were sent on to others");
    this.foreign = counter("kyneta.entries.foreign", "Entries that others have stored, taken in");
    this.storageFailures = counter("kyneta.storage.failures", "Reads and writes that have failed");
    this.refused = counter("kyneta.documents.refused", "Documents whose stream cannot be read");
    this.append =
        Timer.builder("kyneta.append")
            .description("How long it takes until learnt content is stored")
            .publishPercentiles(0.5, 0.99)
            .register(registry);
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  void dropped(Drop reason) {
    registry
        .counter("kyneta.messages.dropped", "reason", reason.name().toLowerCase(Locale.ROOT))
        .increment();
  }

  void compacted(boolean done) {
    registry.counter("kyneta.compactions", "outcome", done ? "done" : "failed").increment();
  }

  /** Shows a number that changes. */
  void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }
}
