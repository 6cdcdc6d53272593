package org.kyneta.relay.replica;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.kyneta.store.StoreRecord.Entry;

/** The real Yjs and Loro, in a process that makes random histories and looks at what we export. */
final class Histories implements AutoCloseable {

  private static final Path FOLDER = Path.of("..", "javascript").toAbsolutePath().normalize();

  private final Process process;
  private final BufferedWriter commands;
  private final BufferedReader answers;

  private Histories(Process process) {
    this.process = process;
    this.commands = process.outputWriter(UTF_8);
    this.answers = process.inputReader(UTF_8);
  }

  /** Starts the process, or skips the test where there is no Node or nothing is installed. */
  static Histories start() throws IOException {
    requireTrue(
        Files.isDirectory(FOLDER.resolve("node_modules")), "npm ci in the folder javascript");
    try {
      return new Histories(
          new ProcessBuilder("node", "histories.mjs")
              .directory(FOLDER.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start());
    } catch (IOException e) {
      requireTrue(false, "Node");
      throw e;
    }
  }

  private static void requireTrue(boolean condition, String what) {
    if ("true".equals(System.getenv("CI"))) {
      assertThat(condition).as("continuous integration needs " + what).isTrue();
    }
    assumeThat(condition).as("the test is skipped, since it needs " + what).isTrue();
  }

  /**
   * What several writers did to a document.
   *
   * @param version the version of everything
   * @param writers what each writer has of it
   * @param updates what adds up to everything
   * @param snapshots what some writer had at some time
   */
  record History(
      String version, List<String> writers, List<byte[]> updates, List<Entry> snapshots) {}

  /** Makes a history. */
  History make(String type, int seed) throws IOException {
    String version = "";
    List<String> writers = new ArrayList<>();
    List<byte[]> updates = new ArrayList<>();
    List<Entry> snapshots = new ArrayList<>();
    for (String word : ask(type + ' ' + seed).split(" ", -1)) {
      String rest = word.substring(2);
      switch (word.charAt(0)) {
        case 'v' -> version = rest;
        case 'w' -> writers.add(rest);
        case 'u' -> updates.add(Base64.getDecoder().decode(rest));
        case 's' -> {
          int colon = rest.indexOf(':');
          byte[] snapshot = Base64.getDecoder().decode(rest.substring(colon + 1));
          snapshots.add(Offers.offer(snapshot, rest.substring(0, colon)));
        }
        default -> throw new IOException("expected a part of a history, found " + word);
      }
    }
    return new History(version, writers, updates, snapshots);
  }

  /** Asserts that a writer's document, or a new one for -1, becomes complete by some offers. */
  void assertCompletes(int writer, List<Entry> offers) throws IOException {
    List<byte[]> payloads = offers.stream().map(Offers::bytes).toList();
    assertThat(ask("check " + writer + words(payloads))).isEqualTo("same");
  }

  /** Returns a digest of the text of a Yjs document, and its state vector. */
  String text(List<byte[]> updates) throws IOException {
    return ask("text" + words(updates));
  }

  private static String words(Collection<byte[]> arrays) {
    StringBuilder words = new StringBuilder();
    for (byte[] bytes : arrays) {
      words.append(' ').append(Base64.getEncoder().encodeToString(bytes));
    }
    return words.toString();
  }

  private String ask(String command) throws IOException {
    commands.write(command);
    commands.newLine();
    commands.flush();
    String answer = answers.readLine();
    assertThat(answer).as("the process has not ended").isNotNull();
    return answer;
  }

  @Override
  public void close() throws IOException {
    commands.close();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
