package org.kyneta.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.kyneta.relay.wire.Message.Offer;

/** Relays, their well-behaved clients, and the folder that is deleted when they end. */
final class Site implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration TIME_TO_SETTLE = Duration.ofSeconds(30);

  private final Path folder;
  private final Relays relays;
  private final Loop loop;
  private final Fleet fleet;
  private final LoadOptions options;
  private final Thread killer;
  private Duration timeToSettle = TIME_TO_SETTLE;

  private Site(LoadOptions options, Path folder, Relays relays, Loop loop, Fleet fleet) {
    this.options = options;
    this.folder = folder;
    this.relays = relays;
    this.loop = loop;
    this.fleet = fleet;
    this.killer = new Thread(this::killAndClear, "load-stop");
    Runtime.getRuntime().addShutdownHook(killer);
  }

  /**
   * Starts the relays and makes their clients, which do not connect yet.
   *
   * @param traces the folder with the sessions that are typed
   * @param hears whether clients take what the relay has sent
   */
  static Site open(LoadOptions options, String durability, Path traces, Predicate<Offer> hears)
      throws IOException {
    List<Trace> sessions = Trace.readAll(traces);
    Files.createDirectories(options.directory());
    Path folder = Files.createTempDirectory(options.directory().toAbsolutePath(), "load-");
    List<String> javaOptions = new ArrayList<>();
    if (!options.serverHeap().isEmpty()) {
      javaOptions.add("-Xmx" + options.serverHeap());
    }
    Relays relays =
        options.relays() == 1
            ? Relays.overFile(folder, durability, javaOptions)
            : Relays.overDatabase(options.relays(), folder, javaOptions);
    Loop loop = Loop.start();
    Fleet fleet =
        new Fleet(loop, relays.addresses(), options.connections(), sessions, options.pace(), hears);
    return new Site(options, folder, relays, loop, fleet);
  }

  /** Returns the relay, or the first of them. */
  ServerProcess server() {
    return relays.all().getFirst();
  }

  Loop loop() {
    return loop;
  }

  Fleet fleet() {
    return fleet;
  }

  /** Returns what looks into the relay, or the first of them. */
  Probe probe() {
    return new Probe(server());
  }

  /** Returns what looks into each relay. */
  List<Probe> probes() {
    return relays.all().stream().map(Probe::new).toList();
  }

  /** Sets how long nothing may be received before what is due counts as lost. */
  Site withTimeToSettle(Duration time) {
    timeToSettle = time;
    return this;
  }

  /** Connects all clients. */
  void connect() {
    loop.run(fleet::connect);
    await("all clients to be connected", fleet::isEstablished);
  }

  /** Opens all documents. */
  void openDocuments() {
    loop.run(() -> fleet.openDocuments(options.documents()));
    await("the relay to ask for all documents", fleet::isOpen);
  }

  /**
   * Waits until something is true of the clients.
   *
   * @throws IllegalStateException if it takes longer than three minutes
   */
  void await(String what, BooleanSupplier condition) {
    if (!loop.await(PATIENCE, condition)) {
      throw new IllegalStateException(
          "expected %s within %s, found %s"
              .formatted(what, PATIENCE, loop.call(() -> fleet.problems().toString())));
    }
  }

  /** Types for so long. */
  static void pass(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Ends typing, waits for what is under way, and looks for anything that is missing anywhere. */
  Result finish(Result result) throws IOException {
    loop.run(fleet::pause);
    if (!loop.await(timeToSettle, fleet::isSettled)) {
      loop.run(() -> fleet.problem("not all was received within " + timeToSettle));
    }
    loop.run(fleet::checkConvergence);
    FreshReader fresh = new FreshReader(loop, fleet, PATIENCE);
    long lacking = fresh.missing(loop.call(() -> FreshReader.expect(fleet, Replay::sent)));
    boolean isAlive = relays.all().stream().allMatch(ServerProcess::isAlive);
    loop.run(() -> {
      result
          .put("sent", fleet.sent())
          .put("missing", fleet.missing() + lacking)
          .put("lostConnections", fleet.lostConnections())
          .problems(fleet.problems());
      if (!isAlive) {
        result.problems(List.of("a relay has ended"));
      }
    });
    for (ServerProcess relay : relays.all()) {
      result.problems(relay.badLines());
    }
    return result;
  }

  /** Stops all and deletes the folder. */
  @Override
  public void close() throws IOException {
    loop.close();
    relays.close();
    ServerProcess.clear(folder);
    Runtime.getRuntime().removeShutdownHook(killer);
  }

  private void killAndClear() {
    relays.all().forEach(ServerProcess::kill);
    try {
      ServerProcess.clear(folder);
    } catch (IOException e) {
      System.err.println(folder + ": could not be deleted: " + e.getMessage());
    }
  }
}
