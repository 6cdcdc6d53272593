package org.kyneta.faults.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.kyneta.faults.Folders;
import org.kyneta.faults.Model;
import org.kyneta.faults.Operation;
import org.kyneta.faults.Tally;
import org.kyneta.faults.Verdict;
import org.kyneta.faults.Workload;
import org.kyneta.faults.disk.Disk.Cut;
import org.kyneta.faults.disk.Event.Synced;
import org.kyneta.sqlite.SqliteException;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.StorageException;

/** A session during which a call fails, in the process in which the shim is. */
final class FailingSession {

  private static final int OPERATIONS = 30;
  private static final int BETWEEN_OPENINGS = 12;
  private static final int CORRUPT = 11;
  private static final int NOT_A_DATABASE = 26;

  /** What is said where SQLite says the same of a read that has failed and of damage. */
  private static final String SAYS_BOTH = "or the disk could not read it";

  private final Place place;
  private final Setting setting;
  private final long seed;
  private final Failure failure;
  private final Trust trust;
  private final SqliteOptions options;
  private final Path file;
  private final Model model;
  private final Workload workload;
  private Verdict verdict = Verdict.NOTHING;
  private @Nullable SqliteStore store;
  private int unknown;
  private int failed;

  /**
   * Where it happens.
   *
   * @param folder what the shim looks at
   * @param log what it has seen
   * @param images a folder that it does not look at
   */
  record Place(Path folder, Path log, Path images, Control control) {}

  /** What is made of an outcome that is unknown. */
  enum Trust {
    /** What it is. */
    NONE,
    /** That the operation was done: a store that says so must be found out. */
    BLIND
  }

  FailingSession(Place place, Setting setting, long seed, Failure failure, Trust trust) {
    this.place = place;
    this.setting = setting;
    this.seed = seed;
    this.failure = failure;
    this.trust = trust;
    this.options = setting.options(seed);
    this.model = new Model(Session.contents(seed));
    this.workload = Session.workload(seed);
    this.file = place.folder().resolve("store.db");
  }

  Tally run() throws IOException {
    clear(place.log());
    place.control().arm(failure);
    place.control().log(true);
    for (int i = 0; i < OPERATIONS; i++) {
      if (i % BETWEEN_OPENINGS == 0) {
        close();
      }
      SqliteStore used = opened();
      if (used != null) {
        Operation operation = workload.next();
        read(used, operation.docId());
        perform(used, operation);
      }
    }
    place.control().disarm();
    cutPower();
    goOn();
    cutPower();
    place.control().log(false);
    close();
    note(judge(file, model));
    Folders.empty(place.folder());
    Tally tally =
        verdict
            .at("%s, seed %d, %s".formatted(setting, seed, failure))
            .tally(1, model.acknowledged());
    return new Tally(1, tally.acknowledged(), unknown, tally.lost(), tally.findings());
  }

  private void note(Verdict further) {
    verdict = verdict.plus(further);
  }

  private void find(String finding) {
    note(Verdict.of(finding));
  }

  private static void clear(Path log) throws IOException {
    FileChannel.open(log, StandardOpenOption.CREATE, StandardOpenOption.WRITE).truncate(0).close();
  }

  private @Nullable SqliteStore opened() {
    try {
      if (store == null) {
        store = SqliteStore.open(file, options);
      }
    } catch (StorageException e) {
      failed("opening", e);
    } catch (RuntimeException e) {
      find("opening: " + e);
    }
    return store;
  }

  private void close() {
    try {
      if (store != null) {
        store.close();
      }
    } catch (StorageException e) {
      failed("closing", e);
    }
    store = null;
  }

  private void perform(SqliteStore used, Operation operation) {
    model.begin(operation);
    try {
      if (operation.applyTo(used, model.contents())) {
        model.done(operation);
        workload.done(operation);
      } else {
        model.refused(operation);
      }
    } catch (OutcomeUnknownException e) {
      unknown++;
      if (trust == Trust.BLIND) {
        model.done(operation);
      } else {
        model.unknown(operation);
      }
      noteFailure(operation.toString(), e);
      read(used, operation.docId());
    } catch (StorageException e) {
      model.failed(operation);
      failed(operation.toString(), e);
      if (Session.asksForReopening(e)) {
        close();
      }
    } catch (RuntimeException e) {
      model.unknown(operation);
      find(operation + ": " + e);
    }
  }

  private void read(SqliteStore used, String docId) {
    try {
      note(model.judge(used, docId));
      workload.found(docId, model.length(docId));
    } catch (StorageException e) {
      failed("reading", e);
    } catch (RuntimeException e) {
      find("reading: " + e);
    }
  }

  private void failed(String what, StorageException e) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof SqliteException sqlite
        && (sqlite.primaryCode() == CORRUPT || sqlite.primaryCode() == NOT_A_DATABASE)
        && !message.contains(SAYS_BOTH)) {
      find(what + ": expected a failure of the disk, found damage: " + e.getMessage());
    }
    if (!Session.asksForReopening(e)) {
      noteFailure(what, e);
    }
  }

  /** A call that fails makes one operation fail, if any. */
  private void noteFailure(String what, RuntimeException e) {
    failed++;
    if (place.control().failed() == 0) {
      find(what + ": nothing has failed, found " + e);
    } else if (failed > failure.lasting()) {
      find(what + ": expected that the store goes on, found " + e);
    }
  }

  /** Whatever has failed, the disk is in order again: a store works, once it is reopened or not. */
  private void goOn() {
    failed = 0;
    for (int i = 0; i < 2; i++) {
      SqliteStore used = opened();
      if (used != null) {
        perform(used, workload.next());
      }
    }
    if (failed > 0 || store == null) {
      find("expected that the store goes on when the disk does, found that it does not");
    }
  }

  /** What could not be brought to the disk may be lost with the power, but nothing acknowledged. */
  private void cutPower() throws IOException {
    if (setting.sync() != Setting.Sync.FULL) {
      return;
    }
    List<Event> events = Event.parse(Files.readAllBytes(place.log()));
    if (failure.kind() != Failure.Kind.LOST_SYNC
        && events.stream().noneMatch(event -> event instanceof Synced s && s.failed())) {
      return;
    }
    Disk disk = new Disk(/* obeysSyncs= */ true);
    events.forEach(disk::apply);
    for (Cut cut : List.of(Cut.NOTHING, Cut.TORN)) {
      Folders.empty(place.images());
      disk.image(place.folder(), place.images(), cut, new SplittableRandom(seed));
      note(judge(place.images().resolve("store.db"), model.copy()).at("after a power cut"));
    }
  }

  private Verdict judge(Path judged, Model expected) {
    try (SqliteStore opened = SqliteStore.open(judged, options)) {
      return Verdict.verifying(opened).plus(expected.judge(opened));
    } catch (RuntimeException e) {
      return Verdict.of("expected to be opened again, found " + e);
    }
  }
}
