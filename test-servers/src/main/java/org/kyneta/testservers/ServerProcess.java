package org.kyneta.testservers;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A server as a process of this JVM's, with the end of its log. A guard, a process of its own, ends
 * the server and removes its folder once this JVM has ended, however it ended.
 */
final class ServerProcess implements AutoCloseable {

  private static final int LOG_LINES = 500;
  private static final int SECONDS = 60;

  private static final String GUARD =
      """
      trap '' HUP INT TERM
      cat >/dev/null
      kill -QUIT $0 2>/dev/null
      for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 $0 2>/dev/null || break; sleep 0.1; done
      kill -KILL $0 2>/dev/null
      rm -rf "$1"
      """;

  private final Process process;
  private final Process guard;
  private final ArrayDeque<String> log = new ArrayDeque<>();
  private final CompletableFuture<@Nullable Void> ready = new CompletableFuture<>();
  private final Thread reader;

  /**
   * Starts a server and waits until it says that it is ready.
   *
   * @param command the program and its arguments
   * @param readiness what is part of the line in its log that says so
   * @param folder the folder that dies with this JVM
   * @throws IOException if it does not start within a minute; with its log
   */
  ServerProcess(List<String> command, String readiness, Path folder) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(Programs.unprivileged(command)).redirectErrorStream(true);
    Programs.useEnglish(builder);
    process = builder.start();
    guard =
        new ProcessBuilder("sh", "-c", GUARD, Long.toString(process.pid()), folder.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    // Reading from a pipe keeps the carrier of a virtual thread, of which there may be but two.
    reader = Thread.ofPlatform().daemon().start(() -> read(readiness));
    awaitReady(command);
  }

  private void read(String readiness) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (log) {
          if (log.size() == LOG_LINES) {
            log.removeFirst();
          }
          log.addLast(line);
        }
        if (line.contains(readiness)) {
          ready.complete(null);
        }
      }
      ready.completeExceptionally(new IOException("the server ended"));
    } catch (IOException e) {
      ready.completeExceptionally(e);
    }
  }

  private void awaitReady(List<String> command) throws IOException {
    try {
      ready.get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      kill();
      throw new IOException(command + " did not start, its log:\n" + logTail(), e);
    } catch (InterruptedException e) {
      kill();
      throw new IOException("interrupted while waiting for " + command.getFirst(), e);
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isRunning() {
    return process.isAlive();
  }

  /** The last 500 lines that the server wrote. */
  String logTail() {
    synchronized (log) {
      return String.join("\n", log);
    }
  }

  /** Sends a signal, such as {@code INT}, and waits for the server's end. */
  void stop(String signal) throws IOException {
    if (process.isAlive()) {
      signal(process.toHandle(), signal);
      try {
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
          throw new IOException("the server did not end on SIG" + signal + "\n" + logTail());
        }
      } catch (InterruptedException e) {
        throw new IOException("interrupted while waiting for the server's end", e);
      }
    }
    end();
  }

  private static void signal(ProcessHandle handle, String signal) throws IOException {
    new ProcessBuilder("kill", "-" + signal, Long.toString(handle.pid())).start().onExit().join();
  }

  /** Kills the server and its children with SIGKILL and waits until they are gone. */
  void kill() throws IOException {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    for (ProcessHandle child : children) {
      signal(child, "KILL");
    }
    process.onExit().join();
    children.forEach(child -> child.onExit().join());
    end();
  }

  /** Ends the guard without letting it do anything, and the reading of the log. */
  private void end() throws IOException {
    guard.destroyForcibly();
    guard.onExit().join();
    guard.getOutputStream().close();
    try {
      reader.join();
    } catch (InterruptedException e) {
      throw new IOException("interrupted while reading the server's log", e);
    }
  }

  @Override
  public void close() throws IOException {
    kill();
  }
}
