package org.kyneta.faults.disk;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.kyneta.faults.Contents;
import org.kyneta.faults.Operation;
import org.kyneta.faults.Report;
import org.kyneta.faults.Report.Stage;
import org.kyneta.faults.Workload;
import org.kyneta.faults.disk.Setting.Sync;
import org.kyneta.faults.sqlite.Library;
import org.kyneta.sqlite.SqliteAdapter;
import org.kyneta.sqlite.SqliteAdapter.Binding;
import org.kyneta.sqlite.SqliteAdapter.Rows;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.Head;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.StorageException;

/** A session during which a sync fails, and which goes on, as a process of its own. */
final class SettlingProcess {

  /** Which part of a session it is. */
  enum Part {
    WHOLE,
    /** Until the sync has failed; then the process ends with everything open. */
    KILLED,
    /** What comes after that. */
    RESUMED
  }

  private static final int MOST_BEFORE = 12;
  private static final int AFTERWARDS = 3;
  private static final int MOST = 60;
  private static final int BETWEEN_OPENINGS = 7;

  private final Path file;
  private final SqliteOptions options;
  private final Contents contents;
  private final Workload workload;
  private final SplittableRandom random;
  private final FileOutputStream reports;
  private @Nullable SqliteStore store;
  private @Nullable Runnable leaving;

  private SettlingProcess(
      Path folder, SqliteOptions options, long seed, Workload workload, FileOutputStream reports) {
    this.file = folder.resolve("store.db");
    this.options = options;
    this.contents = Session.contents(seed);
    this.workload = workload;
    this.random = new SplittableRandom(seed);
    this.reports = reports;
  }

  /** Takes the shim's folder and control, the seed, the part and the setting. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Control control = Control.map(Path.of(arguments[1]));
    long seed = Long.parseLong(arguments[2]);
    Part part = Part.valueOf(arguments[3]);
    Setting setting = new Setting(Library.valueOf(arguments[4]), Sync.valueOf(arguments[5]));
    control.log(true);
    Workload workload = part == Part.RESUMED ? Session.laterWorkload(seed) : Session.workload(seed);
    try (FileOutputStream reports =
        new FileOutputStream(Session.reports(folder).toFile(), /* append= */ true)) {
      new SettlingProcess(folder, setting.options(seed), seed, workload, reports)
          .run(control, part);
    }
    control.disarm();
  }

  /** Writes until the sync has failed, and as much was done afterwards as is asked for. */
  private void run(Control control, Part part) throws IOException {
    int failing = random.nextInt(MOST_BEFORE);
    long failed = 0;
    int done = 0;
    for (int i = 0; done < AFTERWARDS; i++) {
      if (i == MOST) {
        throw new IllegalStateException("expected that the store goes on, found that it does not");
      }
      if (i % BETWEEN_OPENINGS == 0) {
        reopen();
      }
      if (i == failing && part != Part.RESUMED) {
        control.arm(
            new Failure(Failure.Kind.SYNC_ERROR, 1 + random.nextInt(4), 1 + random.nextInt(3)));
      }
      boolean isDone = perform(workload.next());
      if (part == Part.KILLED && control.failed() > 0) {
        Runtime.getRuntime().halt(0);
      }
      done = control.failed() > failed ? 0 : done;
      failed = control.failed();
      done += failed > 0 && isDone ? 1 : 0;
    }
    leave();
    close();
  }

  private boolean perform(Operation operation) throws IOException {
    report(Stage.BEGUN, operation);
    Stage stage = outcome(operation);
    report(stage, operation);
    if (stage == Stage.DONE) {
      workload.done(operation);
      meet();
    }
    return stage == Stage.DONE;
  }

  private void report(Stage stage, Operation operation) throws IOException {
    reports.write(new Report(stage, operation).toLine().getBytes(StandardCharsets.UTF_8));
  }

  private Stage outcome(Operation operation) {
    try {
      SqliteStore used = opened();
      Head before = used.head(operation.docId());
      try {
        return operation.applyTo(used, contents) ? Stage.DONE : Stage.REFUSED;
      } catch (OutcomeUnknownException e) {
        return random.nextBoolean() ? Stage.UNKNOWN : seen(used, operation, before);
      }
    } catch (StorageException e) {
      if (Session.asksForReopening(e)) {
        close();
      }
      return Stage.FAILED;
    }
  }

  /**
   * Whoever does not know what has become of an operation looks. What is seen must stay; what is
   * not, though it may be in the log behind what is read, must not come with a power cut.
   */
  private static Stage seen(SqliteStore used, Operation operation, Head before) {
    try {
      return used.head(operation.docId()).equals(before) ? Stage.FAILED : Stage.DONE;
    } catch (StorageException e) {
      return Stage.UNKNOWN;
    }
  }

  private SqliteStore opened() {
    if (store == null) {
      store = SqliteStore.open(file, options);
    }
    return store;
  }

  /** Whoever came meanwhile stays now and then, and no connection is the last one. */
  private void reopen() {
    if (random.nextBoolean()) {
      leave();
    }
    close();
  }

  private void close() {
    try {
      if (store != null) {
        store.close();
      }
    } catch (StorageException e) {
      // What was acknowledged is there all the same, and that is looked for.
    }
    store = null;
  }

  /** Now and then lets somebody look at the file, or stay in a transaction that reads. */
  private void meet() {
    if (leaving != null || !options.binding().sharesFiles()) {
      return;
    }
    leaving =
        switch (random.nextInt(3)) {
          case 0 -> SqliteStore.openReadOnly(file, options)::close;
          case 1 -> reading()::close;
          default -> () -> {};
        };
  }

  private SqliteAdapter reading() {
    SqliteAdapter reader = options.binding().open("file:" + file + "?mode=ro", "reader");
    reader.exec("BEGIN", Binding.NONE);
    try (Rows rows = reader.iterate("SELECT count(*) FROM sqlite_schema", Binding.NONE)) {
      rows.next();
    }
    return reader;
  }

  private void leave() {
    if (leaving != null) {
      leaving.run();
      leaving = null;
    }
  }
}
