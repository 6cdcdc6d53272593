package org.kyneta.faults.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.kyneta.faults.CLibrary;
import org.kyneta.faults.ChildJvm;
import org.kyneta.faults.SkippedException;
import org.kyneta.faults.sqlite.Library;

/**
 * What stands between a child process and a folder (faults/c/disk.c), and where it writes to.
 *
 * @param library the shared library
 * @param folder what it looks at
 * @param log what it has seen
 * @param control what tells it when to fail
 */
record Shim(Path library, Path folder, Path log, Path control) {

  private static final String BUILD = "build";

  /**
   * Builds the library, and all of SQLite's.
   *
   * @param folder where everything is put
   * @throws SkippedException if this machine lacks what it takes
   */
  static Shim in(Path folder) throws IOException, InterruptedException {
    Library.requireAll();
    Path library = CLibrary.make("disk.so", Files.createDirectory(folder.resolve(BUILD)));
    Path watched = Files.createDirectory(folder.resolve("watched")).toRealPath();
    Path control = folder.resolve("control");
    Files.write(control, new byte[Control.BYTES]);
    return new Shim(library, watched, folder.resolve("log"), control);
  }

  /** Starts a class of ours with this beneath it. */
  Process start(Class<?> main, List<String> arguments) throws IOException {
    ProcessBuilder builder = ChildJvm.of(main.getName(), control.resolveSibling(BUILD), arguments);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Map<String, String> environment = builder.environment();
    environment.put("LD_PRELOAD", library.toString());
    environment.put("KYNETA_DISK_FOLDER", folder.toString());
    environment.put("KYNETA_DISK_LOG", log.toString());
    environment.put("KYNETA_DISK_CONTROL", control.toString());
    return builder.start();
  }
}
