package org.kyneta.faults.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.kyneta.faults.Contents;
import org.kyneta.faults.Model;
import org.kyneta.faults.Operation;
import org.kyneta.faults.Verdict;
import org.kyneta.faults.Workload;
import org.kyneta.sql.VerificationReport;
import org.kyneta.sqlite.Durability;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.sqlite.Tuning;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.StorageException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreException;

/** One store on a disk that is full now and then. */
final class FullDiskRun implements AutoCloseable {

  private static final int WRITERS = 8;
  private static final int DOCUMENTS_PER_WRITER = 2;
  private static final int LARGEST_PAYLOAD = 3_000;
  private static final int MOST_PAGES_LEFT = 40;
  private static final int MOST_PAGES_TO_OPEN = 16;
  private static final int CHECKPOINT_PAGES = 24;
  private static final int MOST_OPERATIONS = 30;

  /** How often the disk is filled at most, for each operation that is to find no room. */
  private static final int MOST_ROUNDS = 10;

  /** How many operations a writer tries after it has found the disk full. */
  private static final int FURTHER_OPERATIONS = 2;

  /** How many operations a writer does when there is room again. */
  private static final int OPERATIONS_WITH_ROOM = 12;

  private final Path folder;
  private final SqliteOptions options;
  private final SplittableRandom random;
  private final Ballast ballast;
  private final SqliteStore store;
  private final Store flawed;
  private final Model model;
  private final List<Workload> workloads = new ArrayList<>();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicReference<Verdict> verdict = new AtomicReference<>(Verdict.NOTHING);

  FullDiskRun(
      Path folder,
      String name,
      Library library,
      Durability durability,
      Flaw flaw,
      SplittableRandom random) {
    this.folder = folder;
    this.random = random;
    this.ballast = new Ballast(folder);
    this.options =
        SqliteOptions.DEFAULT
            .withBinding(library.binding())
            .withDurability(durability)
            .withTuning(Tuning.DEFAULT.withCheckpoint(CHECKPOINT_PAGES));
    this.model = new Model(new Contents(random.nextLong(), LARGEST_PAYLOAD));
    for (int writer = 0; writer < WRITERS; writer++) {
      workloads.add(new Workload(random.nextLong(), documents(writer), 0));
    }
    this.store = SqliteStore.open(folder.resolve(name), options);
    this.flawed = flaw.in(store);
  }

  private static Map<String, Integer> documents(int writer) {
    Map<String, Integer> lengths = new LinkedHashMap<>();
    for (int i = 0; i < DOCUMENTS_PER_WRITER; i++) {
      lengths.put("writer %d/document %d".formatted(writer, i), 0);
    }
    return lengths;
  }

  /** Returns how many operations found no room. */
  int refused() {
    return refused.get();
  }

  long acknowledged() {
    return model.acknowledged();
  }

  /** Fills the disk until so many operations have found no room, or something is wrong. */
  Verdict run(int wanted, IntConsumer progress) throws IOException, InterruptedException {
    int rounds = 0;
    while (refused.get() < wanted && verdict.get().isClean()) {
      ballast.fill(random.nextInt(MOST_PAGES_LEFT + 1));
      inParallel(this::untilFull);
      ballast.fill(0);
      inParallel(this::untilFull);
      ballast.fill(random.nextInt(MOST_PAGES_LEFT + 1));
      backUp();
      ballast.fill(random.nextInt(MOST_PAGES_TO_OPEN + 1));
      openNewStore();
      note(model.judge(store));
      ballast.drop();
      inParallel(this::goOn);
      note(model.judge(store).plus(Verdict.verifying(store)));
      if (++rounds > wanted * MOST_ROUNDS) {
        note(
            Verdict.of(
                "expected the disk to be full more often, found it %d times"
                    .formatted(refused.get())));
      }
      progress.accept(Math.min(wanted, refused.get()));
    }
    return verdict.get();
  }

  private void note(Verdict further) {
    verdict.accumulateAndGet(further, Verdict::plus);
  }

  private void find(String finding) {
    note(Verdict.of(finding));
  }

  private interface Writing {
    void with(Workload workload);
  }

  private void inParallel(Writing writing) {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Workload workload : workloads) {
        executor.execute(() -> {
          try {
            writing.with(workload);
          } catch (RuntimeException e) {
            find("expected a failure of the storage, found " + e);
          }
        });
      }
    }
  }

  private void untilFull(Workload workload) {
    int operations = 0;
    while (operations < MOST_OPERATIONS && write(workload)) {
      operations++;
    }
    for (int i = 0; i < FURTHER_OPERATIONS && verdict.get().isClean(); i++) {
      write(workload);
    }
  }

  private void goOn(Workload workload) {
    for (int i = 0; i < OPERATIONS_WITH_ROOM && verdict.get().isClean(); i++) {
      if (!write(workload)) {
        find("expected the store to go on when there was room again, found that it does not");
      }
    }
  }

  /** Does one operation; returns whether it was done. */
  private boolean write(Workload workload) {
    Operation operation = workload.next();
    model.begin(operation);
    try {
      if (operation.applyTo(flawed, model.contents())) {
        model.done(operation);
        workload.done(operation);
      } else {
        model.refused(operation);
      }
      return true;
    } catch (OutcomeUnknownException e) {
      refused.incrementAndGet();
      note(model.judge(store, operation.docId()));
    } catch (StoreException e) {
      refused.incrementAndGet();
      requireFull(e);
      model.failed(operation);
      note(model.judge(store, operation.docId()));
    }
    return false;
  }

  private void requireFull(StoreException e) {
    if (!(e instanceof StorageException) || e instanceof StorageBusyException) {
      find("expected to be told that the storage has failed, found " + e);
    }
  }

  /** A backup that finds no room leaves nothing behind. */
  private void backUp() throws IOException {
    Path target = folder.resolve("backup");
    try {
      VerificationReport report = store.backupTo(target);
      if (!report.isSound()) {
        find("expected a sound backup, found " + report);
      }
      Files.delete(target);
    } catch (StoreException e) {
      refused.incrementAndGet();
      requireFull(e);
    }
    try (Stream<Path> files = Files.list(folder)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("backup"))
          .forEach(name -> find("expected nothing of a backup that failed, found " + name));
    }
  }

  /** Where a new store found no room, at whatever step, it can be made once there is some. */
  private void openNewStore() throws IOException {
    Path file = folder.resolve("new.db");
    try (SqliteStore other = SqliteStore.open(file, options)) {
      note(Verdict.verifying(other));
    } catch (StoreException e) {
      refused.incrementAndGet();
      requireFull(e);
    }
    ballast.drop();
    try (SqliteStore other = SqliteStore.open(file, options)) {
      note(Verdict.verifying(other));
    } catch (StoreException e) {
      find("expected a new store when there was room again, found " + e);
    }
    for (String suffix : List.of("", "-wal", "-shm", "-journal")) {
      Files.deleteIfExists(folder.resolve("new.db" + suffix));
    }
  }

  @Override
  public void close() throws IOException {
    ballast.drop();
    flawed.close();
  }
}
