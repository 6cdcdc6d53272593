package org.kyneta.faults.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kyneta.faults.SkippedException;

/**
 * What stands between a child process and a folder (faults/c/disk.c), and where it writes to.
 *
 * @param library the shared library
 * @param folder what it looks at
 * @param log what it has seen
 * @param control what tells it when to fail
 */
record Shim(Path library, Path folder, Path log, Path control) {

  private static final String MAKE = "make";

  /**
   * Builds the library.
   *
   * @param folder where everything is put
   * @throws SkippedException if there is no compiler
   */
  static Shim in(Path folder) throws IOException, InterruptedException {
    Path build = Files.createDirectory(folder.resolve("build"));
    Path source = Path.of(System.getProperty("kyneta.checkout"), "faults", "c");
    run(List.of(MAKE, "-s", "-C", source.toString(), "BUILD=" + build));
    Path watched = Files.createDirectory(folder.resolve("watched")).toRealPath();
    Path control = folder.resolve("control");
    Files.write(control, new byte[Control.BYTES]);
    return new Shim(build.resolve("disk.so"), watched, folder.resolve("log"), control);
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    if (!System.getProperty("os.name").equals("Linux")) {
      throw new SkippedException("needs LD_PRELOAD of Linux");
    }
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new SkippedException("needs make and a C compiler: install build-essential");
    }
    String output = text(process.getInputStream());
    if (process.waitFor() == 0) {
      return;
    }
    if (output.contains("not found")) {
      throw new SkippedException("needs a C compiler: install build-essential");
    }
    throw new IOException("the shim could not be built: " + output);
  }

  /** Starts a class of ours with this beneath it. */
  Process start(Class<?> main, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Xshare:auto");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Dorg.sqlite.tmpdir=" + library.getParent());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Map<String, String> environment = builder.environment();
    environment.put("LD_PRELOAD", library.toString());
    environment.put("KYNETA_DISK_FOLDER", folder.toString());
    environment.put("KYNETA_DISK_LOG", log.toString());
    environment.put("KYNETA_DISK_CONTROL", control.toString());
    return builder.start();
  }

  static String text(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }
}
