package org.kyneta.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.kyneta.sql.Json;
import org.kyneta.store.JsonValue;
import org.kyneta.store.JsonValue.JsonArray;
import org.kyneta.store.JsonValue.JsonLiteral;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;

/** The original JavaScript store, in a process of its own that does as it is told. */
final class JavaScriptPeer implements AutoCloseable {

  private static final Path FOLDER = Path.of("..", "javascript").toAbsolutePath().normalize();
  private static final int OLDEST_NODE = 20;
  private static final int INSTALL_MINUTES = 10;

  private final Process process;
  private final BufferedWriter commands;
  private final BufferedReader answers;

  private JavaScriptPeer(Process process) {
    this.process = process;
    this.commands = process.outputWriter(UTF_8);
    this.answers = process.inputReader(UTF_8);
  }

  /**
   * Makes sure that there is a peer, installing it if that was not done yet. Where there is no Node
   * the test is skipped, but not in continuous integration.
   */
  static void require() throws IOException, InterruptedException {
    requireTrue(hasNode(), "Node " + OLDEST_NODE + " or later");
    if (!Files.isDirectory(FOLDER.resolve("node_modules"))) {
      System.out.println("installing the JavaScript peer (once)…");
      Process install =
          new ProcessBuilder("npm", "ci")
              .directory(FOLDER.toFile())
              // Standard input and output are how Surefire talks to this process.
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      install.getOutputStream().close();
      boolean ended = install.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES);
      if (!ended) {
        install.destroyForcibly();
      }
      requireTrue(ended && install.exitValue() == 0, "npm ci in " + FOLDER + " to succeed");
    }
    String missing = missing();
    requireTrue(missing.isEmpty(), "npm ci in " + FOLDER + ": " + missing);
  }

  /** Returns which packages are not installed as the peer needs them, or the empty string. */
  private static String missing() throws IOException, InterruptedException {
    Process check =
        new ProcessBuilder("node", "installed.mjs")
            .directory(FOLDER.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader lines = check.inputReader(UTF_8)) {
      String said = String.join("; ", lines.lines().toList());
      int code = check.waitFor();
      return code == 0 || !said.isEmpty() ? said : "installed.mjs ended with " + code;
    }
  }

  private static void requireTrue(boolean condition, String what) {
    if (Shared.isContinuousIntegration()) {
      assertThat(condition).as("continuous integration needs " + what).isTrue();
    }
    assumeThat(condition).as("the test is skipped, since it needs " + what).isTrue();
  }

  private static boolean hasNode() throws InterruptedException {
    try {
      String script = "process.exit(parseInt(process.versions.node) < " + OLDEST_NODE + " ? 1 : 0)";
      return new ProcessBuilder("node", "-e", script).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Starts a peer for a file, which it does not open yet. */
  static JavaScriptPeer start(Path file) throws IOException {
    return start(file.toAbsolutePath().toString());
  }

  /** Starts a peer for a file or the address of a database, which it does not open yet. */
  static JavaScriptPeer start(String place) throws IOException {
    Process process =
        new ProcessBuilder("node", "peer.mjs", place)
            .directory(FOLDER.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return new JavaScriptPeer(process);
  }

  /** Does an operation and returns its answer. */
  JsonObject run(Fields command) {
    JsonObject answer = attempt(command);
    assertThat(answer.members()).as("%s", answer).containsEntry("ok", JsonLiteral.TRUE);
    return answer;
  }

  /** Does an operation that may fail and returns its answer. */
  JsonObject attempt(Fields command) {
    try {
      commands.write(command.toJson().toString());
      commands.newLine();
      commands.flush();
      return Json.parseObject(Objects.requireNonNull(answers.readLine(), "the peer has ended"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void open() {
    run(new Fields().put("op", "open"));
  }

  void closeStore() {
    run(new Fields().put("op", "close"));
  }

  void append(String docId, String record) {
    run(new Fields().put("op", "append").put("docId", docId).put("record", Json.parse(record)));
  }

  /** Returns the whole store as lines like those of the tool's dump. */
  List<String> dump() {
    Map<String, JsonValue> answer = run(new Fields().put("op", "dump")).members();
    JsonArray lines = (JsonArray) Objects.requireNonNull(answer.get("lines"));
    return lines.elements().stream().map(line -> ((JsonString) line).value()).toList();
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
