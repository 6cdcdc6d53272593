package org.kyneta.relay;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.kyneta.relay.document.Documents;
import org.kyneta.relay.document.Recurring;
import org.kyneta.relay.document.Settings;
import org.kyneta.relay.replica.Replicas;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A durable sync relay over a record store: JavaScript clients connect to it by WebSocket, converge
 * through it, and find their documents again after it was stopped or killed.
 *
 * {@snippet class="org.kyneta.relay.Examples" region="relay"}
 *
 * <p>Whatever one client is sent of another's changes was stored before, as durably as the store
 * promises. A relay must be the only one that writes to the documents of its store; {@link Lease}
 * makes sure of that where the store is a file. Over a {@link org.kyneta.store.SharedStore} there
 * may be others, relays and writers of any kind. Thread-safe.
 */
public final class Relay implements AutoCloseable {

  static final String SHUTTING_DOWN = "Server shutting down";

  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
  private static final Duration ROUND = Duration.ofSeconds(2);
  private static final Duration GRACE_AFTER_CLOSE = Duration.ofSeconds(3);
  private static final Duration TIME_TO_STORE = Duration.ofMillis(2_500);
  private static final Duration TIME_TO_SAY_FAREWELL = Duration.ofMillis(1_500);

  private final RelayBuilder settings;
  private final Documents documents;
  private final Connections connections;
  private final Server server;
  private final Metrics metrics;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("kyneta-relay-timer").factory());

  Relay(RelayBuilder settings) throws IOException {
    this.settings = settings;
    this.metrics = new Metrics(settings.meters());
    RelayLimits limits = settings.limits();
    this.documents =
        new Documents(
            settings.store(),
            new Replicas(InstantSource.system()),
            new Settings(
                limits.documents(),
                limits.documentsPerPeer(),
                limits.documentBytes(),
                limits.documentIdle(),
                settings.compaction()),
            metrics.registry());
    this.connections =
        new Connections(
            settings.peerId(), limits, documents, new ConnectionMeters(metrics.registry()));
    Gate gate = new Gate(settings.token(), settings::allowsOrigin, settings.policy());
    this.server =
        new Server(
            settings.host(),
            settings.port(),
            settings.tls(),
            connections,
            gate,
            new Pages(metrics, connections, gate));
    boolean started = false;
    try {
      server.start();
      started = true;
    } finally {
      if (!started) {
        timer.shutdownNow();
        documents.close(Duration.ZERO);
        metrics.close();
      }
    }
    everyRound("looking after connections", () -> connections.lookAfter(GRACE_AFTER_CLOSE));
    everyRound("looking after newcomers", server::lookAfter);
    LOG.debug("listening on {}", uri());
  }

  private void everyRound(String what, Runnable action) {
    var unused =
        timer.scheduleWithFixedDelay(
            new Recurring(what, action), ROUND.toMillis(), ROUND.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Returns a builder of a relay that listens on the loopback address. */
  public static RelayBuilder builder() {
    return new RelayBuilder();
  }

  /** Returns the port that the relay listens on. */
  public int port() {
    return server.port();
  }

  /** Returns what a client connects to. */
  public URI uri() {
    try {
      return new URI(
          settings.tls() == null ? "ws" : "wss", null, settings.host(), port(), "/", null, null);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("expected a host name, found " + settings.host(), e);
    }
  }

  /** Returns what is counted and timed, in Prometheus' text format. */
  public String metrics() {
    return metrics.scrape();
  }

  /**
   * Stops: accepts no more connections and messages, stores what has come, sends what is on its
   * way, says farewell and closes all connections; what takes longer than 5 seconds is cut off. The
   * store stays open. Closing it again does nothing.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    timer.shutdownNow();
    server.stopAccepting();
    connections.stopReading();
    if (!documents.close(TIME_TO_STORE)) {
      LOG.warn("not everything that has come could be stored in time; its senders still have it");
    }
    try {
      connections.finish(TIME_TO_SAY_FAREWELL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      server.stop();
      metrics.close();
    }
    LOG.info("stopped");
  }
}
