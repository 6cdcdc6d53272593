package org.kyneta.benchmarks.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Json;
import org.kyneta.store.JsonValue.JsonString;

/**
 * {@code kyneta serve} as a process of its own, which may be killed and started again over the same
 * store and on the same port. Not thread-safe, but for {@link #kill}.
 */
final class ServerProcess implements AutoCloseable {

  private static final int SECONDS_TO_STOP = 15;
  private static final int MOST_LINES = 10;

  private final Path folder;
  private final List<String> storeOptions;
  private final List<String> javaOptions;
  private final Path log;
  private int port;
  private volatile @Nullable Process process;

  private ServerProcess(Path folder, List<String> storeOptions, List<String> javaOptions) {
    this.folder = folder;
    this.storeOptions = storeOptions;
    this.javaOptions = javaOptions;
    this.log = folder.resolve("relay.log");
  }

  /**
   * Starts a relay over a file on a free port.
   *
   * @param folder where its store, its log and what it unpacks are put
   * @param durability {@code full} or {@code normal}
   * @param javaOptions further options for its virtual machine
   * @throws IOException if it does not start; the message has the end of its log
   */
  static ServerProcess start(Path folder, String durability, List<String> javaOptions)
      throws IOException {
    String file = folder.resolve("store.db").toString();
    return start(folder, List.of("--store", file, "--durability", durability), javaOptions);
  }

  /**
   * Starts a relay over a database on a free port.
   *
   * @param folder where its log and what it unpacks are put, for it alone
   * @param address the database, as {@code kyneta serve} takes it
   * @param javaOptions further options for its virtual machine
   * @throws IOException if it does not start; the message has the end of its log
   */
  static ServerProcess startOver(Path folder, String address, List<String> javaOptions)
      throws IOException {
    Files.createDirectories(folder);
    return start(folder, List.of("--store", address), javaOptions);
  }

  private static ServerProcess start(
      Path folder, List<String> storeOptions, List<String> javaOptions) throws IOException {
    ServerProcess server = new ServerProcess(folder, storeOptions, javaOptions);
    server.start();
    return server;
  }

  /** Starts the relay again where it was. */
  void start() throws IOException {
    Path unpacked = folder.resolve("native");
    clear(unpacked);
    Files.createDirectories(unpacked);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xshare:auto", "--enable-native-access=ALL-UNNAMED"));
    command.add("-Dorg.sqlite.tmpdir=" + unpacked);
    command.addAll(javaOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("org.kyneta.cli.Kyneta", "serve", "--json"));
    command.addAll(storeOptions);
    command.addAll(List.of("--port", Integer.toString(port)));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    Process started = builder.start();
    process = started;
    port = announcedPort(started);
  }

  private int announcedPort(Process started) throws IOException {
    BufferedReader out = started.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    if (line != null
        && Json.parseObject(line).members().get("uri") instanceof JsonString(var uri)) {
      return URI.create(uri).getPort();
    }
    throw new IOException("expected the relay to start, found: " + String.join("\n", badLines()));
  }

  InetSocketAddress address() {
    return new InetSocketAddress("localhost", port);
  }

  long pid() {
    return running().pid();
  }

  boolean isAlive() {
    Process now = process;
    return now != null && now.isAlive();
  }

  private Process running() {
    Process now = process;
    if (now == null) {
      throw new IllegalStateException("the relay was not started");
    }
    return now;
  }

  /** Ends the process as {@code kill -9} does, and waits until it is gone. */
  void kill() {
    Process now = process;
    if (now != null) {
      now.destroyForcibly();
      waitFor(now);
    }
  }

  private static boolean waitFor(Process ending) {
    try {
      return ending.waitFor(SECONDS_TO_STOP, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Deletes the store of a relay that does not run. */
  void forget() throws IOException {
    for (String suffix : List.of("", "-wal", "-shm")) {
      Files.deleteIfExists(folder.resolve("store.db" + suffix));
    }
  }

  /** Returns the first lines of the log that tell of errors. */
  List<String> badLines() throws IOException {
    if (!Files.exists(log)) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(log, StandardCharsets.UTF_8)) {
      return lines.filter(ServerProcess::isBad).limit(MOST_LINES).toList();
    }
  }

  private static boolean isBad(String line) {
    return line.contains(" ERROR ")
        || line.contains("Error:")
        || line.contains("Exception")
        || line.startsWith("kyneta: ");
  }

  /** Stops the relay as an operator does; kills it if that takes long. */
  @Override
  public void close() {
    Process now = process;
    if (now != null) {
      now.destroy();
      if (!waitFor(now)) {
        kill();
      }
    }
  }

  /** Deletes a folder with all that is in it, if it exists. */
  static void clear(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }
}
