package org.kyneta.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Programs of the system. */
public final class Command {

  private Command() {}

  /**
   * Runs one to its end.
   *
   * @param command the program and its arguments
   * @param packages the Debian packages that it, and what it calls, is in
   * @throws SkippedException if it is not there, or says that something is not
   * @throws IOException if it fails; the message has its output
   */
  public static void run(List<String> command, String packages)
      throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw missing(command, packages, String.valueOf(e.getMessage()));
    }
    try {
      await(process, String.join(" ", command));
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      if (message.contains("not found")) {
        throw missing(command, packages, message);
      }
      throw e;
    }
  }

  /**
   * Waits until a process has ended; kills it if that is interrupted.
   *
   * @param name what it is called in the message
   * @throws IOException if it fails; the message has what it has printed
   */
  public static void await(Process process, String name) throws IOException, InterruptedException {
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        throw new IOException(
            "expected %s to succeed, found %d: %s".formatted(name, code, output.strip()));
      }
    } finally {
      process.destroyForcibly();
    }
  }

  private static SkippedException missing(List<String> command, String packages, String problem) {
    return new SkippedException(
        "%s cannot be run; install Debian's %s: %s"
            .formatted(command.getFirst(), packages, problem.strip()));
  }
}
