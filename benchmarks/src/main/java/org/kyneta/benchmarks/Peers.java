package org.kyneta.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The processes that are compared, this store first.
 *
 * @param processes those that could be started
 */
record Peers(List<PeerProcess> processes) implements AutoCloseable {

  static final String OURS = "ours";
  static final String JAVASCRIPT = "JavaScript";
  static final String C = "C";

  /** Starts all that can be had, and says which cannot. */
  static Peers start(Path checkout) throws IOException {
    List<PeerProcess> processes = new ArrayList<>();
    processes.add(PeerProcess.start(OURS, checkout, ownCommand()));
    Path javascript = checkout.resolve("javascript");
    if (Files.isDirectory(javascript.resolve("node_modules/@kyneta/sqlite-store"))) {
      startIfPossible(processes, JAVASCRIPT, javascript, List.of("node", "bench.mjs"));
    } else {
      System.err.println("the JavaScript peer is not installed in " + javascript);
    }
    Path c = checkout.resolve("benchmarks/c");
    startIfPossible(processes, C, c, List.of(c.resolve("build/kyneta_bench").toString()));
    return new Peers(processes);
  }

  private static void startIfPossible(
      List<PeerProcess> processes, String name, Path directory, List<String> command) {
    try {
      processes.add(PeerProcess.start(name, directory, command));
    } catch (IOException e) {
      System.err.printf("going on without the %s peer: %s%n", name, e.getMessage());
    }
  }

  private static List<String> ownCommand() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        Peer.class.getName());
  }

  @Override
  public void close() throws IOException {
    for (PeerProcess process : processes) {
      process.close();
    }
  }
}
