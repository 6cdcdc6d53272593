package org.kyneta.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A program of the folder {@code javascript}, which answers each line with a line. */
public final class JavaScript implements AutoCloseable {

  private static final Path FOLDER = Path.of("..", "javascript").toAbsolutePath().normalize();

  private final Process process;
  private final BufferedWriter commands;
  private final BufferedReader answers;

  private JavaScript(Process process) {
    this.process = process;
    this.commands = process.outputWriter(UTF_8);
    this.answers = process.inputReader(UTF_8);
  }

  /**
   * Starts a program. Where there is no Node, or other packages are installed than the program
   * needs, the test is skipped, but not in continuous integration.
   */
  public static JavaScript start(String program, String... arguments) throws IOException {
    String missing = missing();
    String what = "npm ci in " + FOLDER + ": " + missing;
    if ("true".equals(System.getenv("CI"))) {
      assertThat(missing).as("continuous integration needs %s", what).isEmpty();
    }
    assumeThat(missing).as("the test is skipped, since it needs %s", what).isEmpty();
    return new JavaScript(node(program, arguments));
  }

  private static Process node(String program, String... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of("node", program));
    words.addAll(List.of(arguments));
    return new ProcessBuilder(words)
        .directory(FOLDER.toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Returns what is not as the programs need it, or the empty string. */
  private static String missing() throws IOException {
    Process check;
    try {
      check = node("installed.mjs");
    } catch (IOException e) {
      return "expected Node, found none";
    }
    try (BufferedReader lines = check.inputReader(UTF_8)) {
      String said = String.join("; ", lines.lines().toList());
      int code = check.waitFor();
      return code == 0 || !said.isEmpty() ? said : "installed.mjs ended with " + code;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Returns the answer to a line. */
  public String ask(String command) throws IOException {
    commands.write(command);
    commands.newLine();
    commands.flush();
    @Nullable String answer = answers.readLine();
    assertThat(answer).as("the answer of a process that has not ended").isNotNull();
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
