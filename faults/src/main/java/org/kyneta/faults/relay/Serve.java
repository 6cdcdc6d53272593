package org.kyneta.faults.relay;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.kyneta.faults.ChildJvm;
import org.kyneta.faults.Folders;
import org.kyneta.sql.Json;
import org.kyneta.store.JsonValue.JsonString;

/**
 * A relay as a process of its own, which may be killed and started again over the same store and on
 * the same port. For one thread.
 */
final class Serve implements AutoCloseable {

  private static final int SECONDS_TO_END = 15;

  private final Path folder;
  private final Path store;
  private final List<String> program;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private int port;
  private @Nullable Process process;

  private Serve(Path folder, Path store, List<String> program) {
    this.folder = folder;
    this.store = store;
    this.program = program;
  }

  /**
   * Returns a relay that does not run yet.
   *
   * @param folder where its log and what it unpacks are put
   * @param store its file
   * @param durability {@code full} or {@code normal}
   */
  static Serve kyneta(Path folder, Path store, String durability) {
    return new Serve(
        folder,
        store,
        List.of(
            "org.kyneta.cli.Kyneta",
            "serve",
            "--json",
            "--store",
            store.toString(),
            "--durability",
            durability,
            "--port"));
  }

  /** Returns a relay that tells others of changes a while before they are stored. */
  static Serve late(Path folder, Path store) {
    return new Serve(folder, store, List.of(LateRelay.class.getName(), store.toString()));
  }

  /** Returns a relay that keeps some of what it must not. */
  static Serve leaky(Path folder, Path store) {
    return new Serve(folder, store, List.of(LeakyRelay.class.getName(), store.toString()));
  }

  /** Returns a relay over a database at an address, which is as certain of its writes as told. */
  static Serve cut(Path folder, SureStore.Certainty certainty, String url) {
    return new Serve(folder, folder, List.of(CutRelay.class.getName(), certainty.name(), url));
  }

  /** Gives the process a variable when it is started next. */
  Serve with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Path store() {
    return store;
  }

  /**
   * Starts it, and waits until it listens.
   *
   * @throws IOException if it does not; the message has its log
   */
  URI start() throws IOException {
    Path unpacked = folder.resolve("native");
    Files.createDirectories(unpacked);
    Folders.empty(unpacked);
    List<String> arguments = new ArrayList<>(program.subList(1, program.size()));
    arguments.add(Integer.toString(port));
    ProcessBuilder builder = ChildJvm.of(program.getFirst(), unpacked, arguments);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log().toFile()));
    builder.environment().putAll(environment);
    Process started = builder.start();
    process = started;
    BufferedReader out = started.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    if (line == null
        || !(Json.parseObject(line).members().get("uri") instanceof JsonString(String text))) {
      throw new IOException("expected the relay to start, found: " + Files.readString(log()));
    }
    URI uri = URI.create(text);
    port = uri.getPort();
    return uri;
  }

  private Path log() {
    return folder.resolve("relay.log");
  }

  private Process running() {
    return Objects.requireNonNull(process, "the relay was not started");
  }

  long pid() {
    return running().pid();
  }

  boolean isAlive() {
    return running().isAlive();
  }

  /** Ends it as {@code kill -9} does, and waits until it is gone. */
  void kill() throws InterruptedException {
    running().destroyForcibly();
    running().waitFor();
  }

  /** Returns a number that the system says of the process, such as {@code Threads}. */
  long status(String name) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status")).stream()
        .filter(line -> line.startsWith(name + ":"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .sum();
  }

  /** Returns how many files the process has open, sockets included. */
  long openFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid()), "fd"))) {
      return files.count();
    }
  }

  /**
   * Returns the size of a file whose name is that of the store and something more; 0 without it.
   */
  long fileBytes(String suffix) throws IOException {
    Path file = store.resolveSibling(store.getFileName() + suffix);
    return Files.exists(file) ? Files.size(file) : 0;
  }

  /**
   * Returns the sum of all series of a metric; 0 if there is none, or the relay does not answer.
   */
  double metric(String name) {
    URI page = URI.create("http://localhost:%d/metrics".formatted(port));
    try (InputStream in = page.toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    } catch (IOException e) {
      return 0;
    }
  }

  /** Returns the lines of the log that tell of what must not happen. */
  List<String> errors() throws IOException {
    if (!Files.exists(log())) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(log())) {
      return lines
          .filter(line -> line.contains(" ERROR ") || line.contains("OutOfMemoryError"))
          .map(line -> "the relay's log: " + line)
          .limit(10)
          .toList();
    }
  }

  @Override
  public void close() {
    stop();
  }

  /** Stops it as an operator does; kills it if that takes long. */
  void stop() {
    Process now = process;
    if (now == null) {
      return;
    }
    now.destroy();
    try {
      if (!now.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      now.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
