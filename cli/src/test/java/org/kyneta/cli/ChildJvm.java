package org.kyneta.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Another Java process with the classes of this one. */
final class ChildJvm {

  private final Process process;

  private ChildJvm(Process process) {
    this.process = process;
  }

  /** Starts a process on a main class, with options for the virtual machine. */
  static ChildJvm start(Class<?> main, List<String> options, Object... arguments)
      throws IOException {
    return startUnder(List.of(), main, options, arguments);
  }

  /** Starts a process by way of a command that runs what it is given. */
  static ChildJvm startUnder(
      List<String> runner, Class<?> main, List<String> options, Object... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(runner);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(options);
    command.add("--class-path");
    command.add(classPath());
    command.add(main.getName());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // An option there would be announced on standard error.
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return new ChildJvm(builder.start());
  }

  /** Surefire has put this module on the module path and patched its tests into it. */
  private static String classPath() {
    Set<String> entries = new LinkedHashSet<>();
    entries.add(Path.of("target", "test-classes").toAbsolutePath().toString());
    entries.add(Path.of("target", "classes").toAbsolutePath().toString());
    for (String property : new String[] {"jdk.module.path", "java.class.path"}) {
      entries.addAll(List.of(System.getProperty(property, "").split(File.pathSeparator, -1)));
    }
    entries.remove("");
    return String.join(File.pathSeparator, entries);
  }

  /** Waits for a good end and returns what the process has printed. */
  String output() throws IOException, InterruptedException {
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    boolean ended = process.waitFor(1, TimeUnit.MINUTES);
    if (!ended) {
      process.destroyForcibly();
    }
    assertThat(ended).as("the process ends once its output does").isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }
}
