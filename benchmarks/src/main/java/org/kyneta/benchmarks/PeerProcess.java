package org.kyneta.benchmarks;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.kyneta.sql.Json;

/** A peer as a child process, which answers a command a line. */
final class PeerProcess implements AutoCloseable {

  private static final int SECONDS_TO_END = 10;

  private final String name;
  private final Process process;
  private final Writer commands;
  private final BufferedReader answers;

  private PeerProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts a peer.
   *
   * @param name what reports call it
   * @param directory its working directory
   * @param command the program and its arguments
   * @throws IOException if there is no such program
   */
  static PeerProcess start(String name, Path directory, List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .directory(new File(directory.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return new PeerProcess(name, process);
  }

  String name() {
    return name;
  }

  /**
   * Lets the peer serve a round.
   *
   * @throws IllegalStateException if it has failed
   */
  Outcome ask(Command command) {
    try {
      commands.write(command + "\n");
      commands.flush();
      String answer = answers.readLine();
      if (answer == null) {
        throw new IllegalStateException("%s has ended at %s".formatted(name, command));
      }
      return Outcome.fromAnswer(Json.parseObject(answer));
    } catch (IllegalStateException e) {
      throw new IllegalStateException("%s, %s: %s".formatted(name, command, e.getMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException(name + ": " + e.getMessage(), e);
    }
  }

  /** Ends the process, which its end of input tells it to. */
  @Override
  public void close() throws IOException {
    try (commands;
        answers) {
      commands.close();
      if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
