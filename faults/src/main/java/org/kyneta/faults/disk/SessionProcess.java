package org.kyneta.faults.disk;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.kyneta.faults.Contents;
import org.kyneta.faults.Workload;
import org.kyneta.faults.disk.Setting.Sync;
import org.kyneta.faults.sqlite.Library;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;

/** A session as a process of its own, whose every write is recorded. */
final class SessionProcess {

  private static final int BETWEEN_OPENINGS = 15;

  private SessionProcess() {}

  /** Takes the shim's folder and control, the seed, the number of operations and the setting. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    long seed = Long.parseLong(arguments[2]);
    int operations = Integer.parseInt(arguments[3]);
    Setting setting = new Setting(Library.valueOf(arguments[4]), Sync.valueOf(arguments[5]));
    Control.map(Path.of(arguments[1])).log(true);
    SqliteOptions options = setting.options(seed);
    Contents contents = Session.contents(seed);
    Workload workload = Session.workload(seed);
    try (FileOutputStream reports = new FileOutputStream(Session.reports(folder).toFile())) {
      for (int from = 0; from < operations; from += BETWEEN_OPENINGS) {
        int to = Math.min(operations, from + BETWEEN_OPENINGS);
        try (SqliteStore store = SqliteStore.open(folder.resolve("store.db"), options)) {
          for (int i = from; i < to; i++) {
            workload.perform(
                store,
                contents,
                report -> reports.write(report.toLine().getBytes(StandardCharsets.UTF_8)));
          }
        }
      }
    }
  }
}
