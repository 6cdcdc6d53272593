package org.kyneta.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.kyneta.benchmarks.Experiment.Lineup;
import org.kyneta.store.StorageException;

/**
 * The processes that are compared, each of our own in a virtual machine of its own.
 *
 * @param processes those that could be started
 */
record Peers(List<PeerProcess> processes) implements AutoCloseable {

  /** This store over sqlite-jdbc. */
  static final String JDBC = "JDBC";

  /** This store over {@code java.lang.foreign}. */
  static final String FFM = "FFM";

  static final String JAVASCRIPT = "JavaScript";
  static final String C = "C";

  /** This store's statements on the driver alone. */
  static final String RAW_JDBC = "raw JDBC";

  /** This store's statements on the binding's adapter alone. */
  static final String RAW_FFM = "raw FFM";

  /** This store's best binding on tables without checksums. */
  static final String UNCHECKED = "unchecked";

  /** Returns what a binding's rounds without checksums are called. */
  static String unchecked(String binding) {
    return binding + " " + UNCHECKED;
  }

  static boolean isOwn(String peer) {
    return switch (peer) {
      case JDBC, FFM, RAW_JDBC, RAW_FFM -> true;
      default -> false;
    };
  }

  /**
   * Starts all that can be had, and says which cannot.
   *
   * @param postgres whether they are for PostgreSQL, which not all of them know
   */
  static Peers start(Path checkout, boolean postgres) throws IOException {
    List<PeerProcess> processes = new ArrayList<>();
    Peers peers = new Peers(processes);
    boolean started = false;
    try {
      peers.startAll(checkout, postgres);
      started = true;
    } finally {
      if (!started) {
        peers.close();
      }
    }
    return peers;
  }

  private void startAll(Path checkout, boolean postgres) throws IOException {
    for (String name : List.of(JDBC, RAW_JDBC)) {
      processes.add(PeerProcess.start(name, checkout, ownCommand(name)));
    }
    if (!postgres) {
      startFfm(checkout);
    }
    Path javascript = checkout.resolve("javascript");
    if (Files.isDirectory(javascript.resolve("node_modules/@kyneta/sqlite-store"))) {
      startIfPossible(JAVASCRIPT, javascript, List.of("node", "bench.mjs"));
    } else {
      System.err.println("the JavaScript peer is not installed in " + javascript);
    }
    if (postgres) {
      return;
    }
    Path c = checkout.resolve("benchmarks/c");
    startIfPossible(C, c, List.of(c.resolve("build/kyneta_bench").toString()));
  }

  /** With the library that the C program is linked with, or else the system's. */
  private void startFfm(Path checkout) throws IOException {
    Path built = checkout.resolve("benchmarks/c/build/libsqlite3.so");
    String library = Files.exists(built) ? built.toString() : SqliteAccess.SYSTEM;
    try {
      String version = SqliteAccess.of(FFM, library).version();
      System.err.printf("FFM uses SQLite %s (%s)%n", version, library);
    } catch (StorageException e) {
      System.err.println("going on without the FFM peers: " + e.getMessage());
      return;
    }
    for (String name : List.of(FFM, RAW_FFM)) {
      processes.add(PeerProcess.start(name, checkout, ownCommand(name, library)));
    }
  }

  private void startIfPossible(String name, Path directory, List<String> command) {
    try {
      processes.add(PeerProcess.start(name, directory, command));
    } catch (IOException e) {
      System.err.printf("going on without the %s peer: %s%n", name, e.getMessage());
    }
  }

  private static List<String> ownCommand(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Peer.class.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  /**
   * Somebody who has a turn in every round.
   *
   * @param name what reports call it
   * @param process who works
   * @param variation what is special in its commands
   */
  record Contender(String name, PeerProcess process, UnaryOperator<Command> variation) {}

  /** Returns who takes part, of those that could be started. */
  List<Contender> contenders(Lineup lineup) {
    List<Contender> contenders = new ArrayList<>();
    for (PeerProcess process : processes) {
      String name = process.name();
      boolean isRaw = name.equals(RAW_JDBC) || name.equals(RAW_FFM);
      boolean takesPart =
          switch (lineup) {
            case ALL -> true;
            case STORES -> !isRaw;
            case CHECKSUMS -> isOwn(name) && !isRaw;
          };
      if (takesPart) {
        contenders.add(new Contender(name, process, UnaryOperator.identity()));
      }
      if (takesPart && lineup == Lineup.CHECKSUMS) {
        contenders.add(new Contender(unchecked(name), process, c -> c.with("checksums", "off")));
      }
    }
    return contenders;
  }

  @Override
  public void close() throws IOException {
    for (PeerProcess process : processes) {
      process.close();
    }
  }
}
