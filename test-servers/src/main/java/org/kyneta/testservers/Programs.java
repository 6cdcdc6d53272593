package org.kyneta.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs programs as a user who is not root, and owns what they work on. */
final class Programs {

  /** Whom servers run as when the tests run as root, the first that exists. */
  private static final List<String> USERS = List.of("postgres", "nobody");

  /** The user, or empty where we are not root and everything runs as whoever we are. */
  private static final String USER = user();

  private Programs() {}

  private static String user() {
    if (!"root".equals(System.getProperty("user.name"))) {
      return "";
    }
    for (String name : USERS) {
      try {
        FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(name);
        return name;
      } catch (IOException absent) {
        // The next one may exist.
      }
    }
    throw Servers.missing("a user who is not root", "create one of " + USERS);
  }

  /** The command as that user, in the same process that is started for it. */
  static List<String> unprivileged(List<String> command) {
    if (USER.isEmpty()) {
      return command;
    }
    List<String> whole =
        new ArrayList<>(List.of("setpriv", "--reuid=" + USER, "--regid=" + group()));
    whole.add("--clear-groups");
    whole.addAll(command);
    return whole;
  }

  private static String group() {
    try {
      return output(List.of("id", "-gn", USER), "").strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Creates a temporary folder that belongs to that user and that nobody else may enter. */
  static Path createFolder(String prefix) throws IOException {
    Path folder = Files.createTempDirectory(prefix);
    giveAway(folder);
    return folder;
  }

  static void giveAway(Path file) throws IOException {
    if (!USER.isEmpty()) {
      Files.setAttribute(
          file,
          "posix:owner",
          FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(USER),
          LinkOption.NOFOLLOW_LINKS);
    }
  }

  /** Runs a program to its end as that user. */
  static String run(List<String> command) throws IOException {
    return run(command, "");
  }

  /** Runs a program to its end as that user, with something to read. */
  static String run(List<String> command, String input) throws IOException {
    return output(unprivileged(command), input);
  }

  private static String output(List<String> command, String input) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    useEnglish(builder);
    Process process = builder.start();
    Thread.ofPlatform().daemon().start(() -> write(process, input));
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      int code = process.waitFor();
      if (code != 0) {
        throw new IOException(command + " ended with " + code + ":\n" + output);
      }
      return output;
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new IOException("interrupted while waiting for " + command.getFirst(), e);
    }
  }

  private static void write(Process process, String input) {
    try (Writer writer = process.outputWriter(StandardCharsets.UTF_8)) {
      writer.write(input);
    } catch (IOException e) {
      // It has ended without having read everything, and its exit code says whether that is well.
    }
  }

  static void useEnglish(ProcessBuilder builder) {
    builder.directory(Path.of("/").toFile()).environment().putAll(Map.of("LC_ALL", "C"));
  }

  /** A port that was free a moment ago. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
