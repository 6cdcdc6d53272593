package org.kyneta.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.Compaction;
import org.kyneta.relay.Compaction.UnsuitableException;
import org.kyneta.sql.Progress;
import org.kyneta.sql.StoreStatistics;
import org.kyneta.sql.StoreStatistics.StreamSize;
import org.kyneta.sql.VerificationReport;
import org.kyneta.sqlite.SqliteStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows what a store does, on a store of its own. */
@Command(
    name = "demo",
    header = "Record a made-up editing session, check it, and say what to try next.",
    description = {
      "",
      "Several writers type into a hundred documents of one new store at the same time. What they "
          + "wrote is read back and compared, one document is compacted, and the store verified. "
          + "It takes a few seconds, and the store stays, to be tried out."
    })
final class DemoCommand extends Subcommand {

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE",
      description = "A new file for the store; by default one in a new temporary folder.")
  private @Nullable Path file;

  @Override
  int run() {
    Path path = newFile();
    StreamSize largest;
    StoreStatistics after;
    try (SqliteStore store = SqliteStore.open(path)) {
      record(store);
      largest = store.statistics(1, Progress.NONE).largest().getFirst();
      compact(store, largest);
      verify(store);
      after = store.statistics(0, Progress.NONE);
    }
    out().line("");
    out()
        .line(
            "The store is an SQLite file of %s. Try next:"
                .formatted(Shown.bytes(after.databaseBytes())));
    suggest(path, largest.docId());
    return Kyneta.DONE;
  }

  private Path newFile() {
    if (file == null) {
      return newFolder().resolve("demo.db");
    }
    if (Files.exists(file)) {
      throw new Failure(file + ": expected a new file, found one that exists");
    }
    return file;
  }

  /** Makes a temporary folder, with a shorter name than the platform's, since people retype it. */
  private static Path newFolder() {
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    String name = "kyneta-demo-" + RandomGenerator.getDefault().nextInt(1_000_000);
    try {
      return Files.createDirectory(parent.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void record(SqliteStore store) {
    DemoSession session = new DemoSession(store);
    long started = System.nanoTime();
    try (ProgressLine progress = progress("record", "appends")) {
      session.record(progress);
    }
    long recorded = System.nanoTime();
    step(
        "recorded",
        "%d people typing into %d documents: %s, %s of updates"
            .formatted(
                DemoSession.WRITERS,
                DemoSession.DOCUMENTS,
                Shown.count(session.records(), "record"),
                Shown.bytes(session.bytes())));
    step(
        "",
        "in %s, %s in %s, each safe on the disk when it returned"
            .formatted(
                Shown.seconds(recorded - started),
                Shown.rate(session.records(), recorded - started, "records"),
                Shown.count(session.appends(), "append")));
    session.compare();
    long nanos = System.nanoTime() - recorded;
    step(
        "read back",
        "all of it in %s: nothing lost, doubled, changed or out of order"
            .formatted(Shown.seconds(nanos)));
  }

  /** Merges a document's updates, if nobody writes to it meanwhile. */
  private void compact(SqliteStore store, StreamSize largest) {
    String id = largest.docId();
    try {
      Compaction.Result result = new Compaction(store).compact(id).orElseThrow();
      step(
          "compacted",
          "%s: %s merged into %s, guarded by its head"
              .formatted(
                  Shown.id(id),
                  Shown.count(result.entriesBefore(), "update"),
                  Shown.bytes(result.bytes())));
    } catch (UnsuitableException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
  }

  private void verify(SqliteStore store) {
    VerificationReport report =
        store.verify(
            finding -> {
              throw new Failure(finding.toString());
            },
            Progress.NONE);
    step(
        "verified",
        "%s in %s: every checksum matches, every rule holds"
            .formatted(
                Shown.count(report.records(), "record"),
                Shown.count(report.documents(), "document")));
  }

  private void step(String label, String text) {
    out().line("%-10s %s".formatted(label, text));
    out().flush();
  }

  private void suggest(Path path, String docId) {
    String kyneta = quoted(System.getProperty("kyneta.command", "kyneta"));
    String store = quoted(path.toString());
    String other = quoted(path.resolveSibling("format2.db").toString());
    out().line("  %s ls %s --prefix notes/01".formatted(kyneta, store));
    out().line("  %s cat %s %s".formatted(kyneta, store, quoted(docId)));
    out().line("  %s stat %s".formatted(kyneta, store));
    out().line("  %s copy %s %s --format 2".formatted(kyneta, store, other));
    out().line("  %s verify %s".formatted(kyneta, store));
    out().line("  %s --help".formatted(kyneta));
  }

  /** Quotes a word for the shell, where that is needed. */
  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./:@%+=,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
