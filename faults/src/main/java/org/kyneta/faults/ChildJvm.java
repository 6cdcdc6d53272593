package org.kyneta.faults;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs of ours as processes of their own, which may be killed. */
public final class ChildJvm {

  private ChildJvm() {}

  /**
   * Returns what starts one.
   *
   * @param main its class, which may be of another module
   * @param unpacked an existing folder in which it unpacks native libraries: one that is killed
   *     leaves its copy there, so it is always the same
   */
  public static ProcessBuilder of(String main, Path unpacked, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
    command.addAll(List.of("-Xmx256m", "--enable-native-access=ALL-UNNAMED"));
    command.add("-Dorg.sqlite.tmpdir=" + unpacked);
    command.add("-D%s=%s".formatted(CLibrary.CHECKOUT, System.getProperty(CLibrary.CHECKOUT)));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    return builder;
  }
}
