package org.kyneta.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A relay over a database as a process of its own, which can be killed. */
final class RelayProcess implements AutoCloseable {

  private final Process process;
  private final URI uri;

  private RelayProcess(Process process, URI uri) {
    this.process = process;
    this.uri = uri;
  }

  /** Starts one, and waits until it listens. */
  static RelayProcess start(String url) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "--class-path", classPath()));
    command.addAll(List.of(RelayProcess.class.getName(), url));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    BufferedReader out = process.inputReader(UTF_8);
    String line = out.readLine();
    if (line == null) {
      process.destroyForcibly();
      throw new IOException("expected the relay to say where it listens, found its end");
    }
    return new RelayProcess(process, URI.create(line));
  }

  /** Surefire has put this module on the module path and patched its tests into it. */
  private static String classPath() {
    Set<String> entries = new LinkedHashSet<>();
    entries.add(Path.of("target", "test-classes").toAbsolutePath().toString());
    entries.add(Path.of("target", "classes").toAbsolutePath().toString());
    for (String property : List.of("jdk.module.path", "java.class.path")) {
      entries.addAll(List.of(System.getProperty(property, "").split(File.pathSeparator, -1)));
    }
    entries.remove("");
    return String.join(File.pathSeparator, entries);
  }

  URI uri() {
    return uri;
  }

  /** Ends it as {@code kill -9} does, and waits until it is gone. */
  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    kill();
  }

  /** What the process does: it serves the database at an address until it is killed. */
  public static void main(String[] arguments) throws Exception {
    try (PostgresRelay relay = PostgresRelay.start(arguments[0])) {
      System.out.println(relay.uri());
      Thread.currentThread().join();
    }
  }
}
