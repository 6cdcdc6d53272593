package org.kyneta.faults.disk;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.HeadConflictException;
import org.kyneta.store.RecordRejectedException;

/** A session as a process of its own, whose every write is recorded. */
final class SessionProcess {

  private static final int BETWEEN_OPENINGS = 15;

  private SessionProcess() {}

  /** Takes the shim's folder and control, the seed, the number of operations and the setting. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    long seed = Long.parseLong(arguments[2]);
    int operations = Integer.parseInt(arguments[3]);
    Setting setting =
        new Setting(Setting.Library.valueOf(arguments[4]), Setting.Sync.valueOf(arguments[5]));
    Control.map(Path.of(arguments[1])).log(true);
    SqliteOptions options = setting.options(seed);
    try (FileOutputStream marks = new FileOutputStream(Mark.file(folder).toFile())) {
      for (int from = 0; from < operations; from += BETWEEN_OPENINGS) {
        int to = Math.min(operations, from + BETWEEN_OPENINGS);
        try (SqliteStore store = SqliteStore.open(folder.resolve("store.db"), options)) {
          for (int i = from; i < to; i++) {
            marks.write(new Mark(Mark.Kind.BEGUN, i).bytes());
            apply(Operation.of(seed, i), store);
            marks.write(new Mark(Mark.Kind.ACKNOWLEDGED, i).bytes());
          }
        }
      }
    }
  }

  private static void apply(Operation operation, SqliteStore store) {
    try {
      operation.applyTo(store);
    } catch (RecordRejectedException | HeadConflictException e) {
      // The judge knows as well that it must be refused.
    }
  }
}
