package org.kyneta.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Finding;
import org.kyneta.sql.Finding.Severity;
import org.kyneta.sql.Progress;
import org.kyneta.sql.VerificationReport;
import org.kyneta.sqlite.BackupOptions.Damaged;
import org.kyneta.sqlite.SqliteAdapter.Binding;
import org.kyneta.store.StorageException;

/**
 * Copies a database while others write to it: SQLite writes one snapshot of it into a new file,
 * which is verified, brought to the disk, and only then given its name.
 *
 * <p>It is VACUUM INTO and not SQLite's backup of pages, which begins anew whenever somebody else
 * writes and so need not end beside writers that never rest. VACUUM INTO holds a snapshot, reads
 * each row once, and leaves free pages behind.
 */
final class Backup {

  private static final String COPY = "kyneta_copy";

  private final Schema schema;
  private final Path target;
  private final BackupOptions options;
  private final Progress progress;
  private @Nullable Finding firstError;

  Backup(Schema schema, Path target, BackupOptions options, Progress progress) {
    this.schema = schema;
    this.target = target.toAbsolutePath();
    this.options = options;
    this.progress = progress;
  }

  /** Copies what a connection sees; the connection is in no transaction. */
  VerificationReport of(SqliteAdapter source) {
    try (NewFile file = NewFile.create(target)) {
      copy(source, file.temporary());
      requireNotInterrupted(null);
      VerificationReport report = verify(source, file.temporary());
      requireNotInterrupted(null);
      file.publish();
      return report;
    } catch (IOException e) {
      throw new StorageException(
          target + ": expected to write a backup, found: " + e.getMessage(), e);
    }
  }

  private void copy(SqliteAdapter source, Path temporary) {
    long pageSize = Long.parseLong(DatabaseFile.query(source, "PRAGMA page_size"));
    long total = Long.parseLong(DatabaseFile.query(source, "PRAGMA page_count")) * pageSize;
    Thread watcher = Thread.startVirtualThread(() -> watch(temporary, total));
    Throttle throttle = new Throttle(temporary, options.pagesPerStep() * pageSize, options.pause());
    String cacheSize = DatabaseFile.query(source, "PRAGMA cache_size");
    boolean pauses = !options.pause().isZero();
    if (pauses) {
      // The copy is written when the cache is full: with a large one that is all at once.
      source.exec("PRAGMA cache_size = " + options.pagesPerStep(), Binding.NONE);
    }
    boolean watched = source.watch(throttle::step);
    try {
      source.exec("VACUUM INTO ?", p -> p.text(1, temporary.toString()));
    } catch (SqliteException e) {
      requireNotInterrupted(e);
      throw e;
    } finally {
      if (watched) {
        source.watch(null);
      }
      if (pauses) {
        source.exec("PRAGMA cache_size = " + cacheSize, Binding.NONE);
      }
      watcher.interrupt();
    }
    progress.at(total, total);
  }

  private void requireNotInterrupted(@Nullable SqliteException cause) {
    if (Thread.currentThread().isInterrupted()) {
      throw new StorageException(target + ": the backup was interrupted", cause);
    }
  }

  /** SQLite says nothing while it copies: how far it has come is seen from the file's size. */
  private void watch(Path file, long total) {
    try {
      while (true) {
        Thread.sleep(Duration.ofMillis(200));
        progress.at(Math.min(total, Files.size(file)), total);
      }
    } catch (InterruptedException | IOException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Pauses whenever the copy has grown by a step. */
  private static final class Throttle {

    private final Path file;
    private final long step;
    private final Duration pause;
    private long pausedAt;

    Throttle(Path file, long step, Duration pause) {
      this.file = file;
      this.step = step;
      this.pause = pause;
    }

    /** Returns whether to end the copy. */
    boolean step() {
      try {
        if (!pause.isZero()) {
          long size = Files.size(file);
          if (size - pausedAt >= step) {
            pausedAt = size;
            Thread.sleep(pause);
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (IOException e) {
        return true; // The copy has gone, and SQLite says why.
      }
      return Thread.currentThread().isInterrupted();
    }
  }

  /** Verifies the copy by the connection that wrote it, which has the right library and key. */
  private VerificationReport verify(SqliteAdapter source, Path copy) {
    source.exec("ATTACH ? AS " + COPY, p -> p.text(1, copy.toString()));
    try {
      VerificationReport report = new Verifier(source, COPY, schema, this::take, progress).run();
      Finding error = firstError;
      if (error != null && options.damaged() == Damaged.REFUSE) {
        throw new StorageException(
            "%s: expected a sound copy, found %d errors, the first of them: %s"
                .formatted(target, report.errors(), error),
            null);
      }
      return report;
    } finally {
      source.exec("DETACH " + COPY, Binding.NONE);
    }
  }

  private void take(Finding finding) {
    if (firstError == null && finding.severity() == Severity.ERROR) {
      firstError = finding;
    }
  }
}
