package org.kyneta.cli;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kyneta.cli.StoreLocation.Writing;
import org.kyneta.sql.Format;
import org.kyneta.store.Limits;
import org.kyneta.store.StoreException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Appends a log of binary updates to a document. */
@Command(
    name = "record",
    header = "Append a log of binary updates to a document.",
    description = {
      "",
      "The log is a sequence of updates, each after its length as four bytes, big-endian; plain "
          + "or gzipped. Each update becomes one entry: kind since, encoding binary, and as "
          + "version its number (1, 2, …, going on after the entries that are there). A document "
          + "that does not exist is registered, a store that does not exist is created, in a database "
          + "its tables. No relay may serve the store meanwhile.",
      "",
      "Updates are appended in batches, each of which is on the disk, all or none of it, before "
          + "the next one is begun: appending them one by one would make each wait for the disk. "
          + "When the log turns out to be cut off, the whole updates before that are stored."
    },
    footer = {"", "Example: kyneta record store.db notes/1 --updates session.updates.gz"})
final class RecordCommand extends Subcommand {

  /** A batch is full at this size, however few updates it has. */
  private static final int BATCH_BYTES = 8 << 20;

  @Mixin private final DocArgument doc = new DocArgument();

  @Option(
      names = "--updates",
      required = true,
      paramLabel = "FILE",
      description = "The log; - is standard input.")
  @SuppressWarnings("NullAway.Init")
  private String updates;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many updates to append as one; ${DEFAULT-VALUE} by default.")
  private int batchSize;

  @Mixin private final RegistrationOptions registration = new RegistrationOptions();

  @Option(
      names = "--format",
      paramLabel = "1|2",
      converter = FormatConverter.class,
      description = "The format that the store must have; a new one gets format 1 by default.")
  private @Nullable Format format;

  @Mixin private final JsonOption json = new JsonOption();

  private long stored;
  private long storedBytes;
  private long rawBytes;

  @Override
  int run() {
    String id = doc.id();
    if (batchSize < 1) {
      throw wrongUsage("--batch: expected a number of at least 1, found " + batchSize);
    }
    long started = System.nanoTime();
    long last;
    try (InputStream raw = open()) {
      // A log that cannot be read must not leave an empty store behind.
      UpdateLog log = UpdateLog.of(new Counting(raw), Limits.DEFAULT.payloadBytes());
      last = record(id, log);
    } catch (IOException e) {
      throw Failures.about(source(), e);
    }
    report(id, last, System.nanoTime() - started);
    return Kyneta.DONE;
  }

  private String source() {
    return updates.equals("-") ? "standard input" : updates;
  }

  private InputStream open() throws IOException {
    return updates.equals("-") ? streams().in() : Files.newInputStream(Path.of(updates));
  }

  /** Records a log and returns the number of the last update. */
  private long record(String id, UpdateLog log) throws IOException {
    StoreArgument store = doc.store();
    Writing writing = Writing.by("record", store.tables()).withFormat(format, Format.V1);
    try (OpenStore open = store.openToWrite(writing);
        ProgressLine progress = progress("record", "bytes")) {
      return open.<Long, IOException>whileHeld(opened -> {
        opened.currentMeta(id).ifPresent(found -> registration.requireSame(id, found));
        UpdateRecorder recorder = new UpdateRecorder(opened, id, registration.meta());
        recordAll(log, recorder, progress);
        return recorder.last();
      });
    }
  }

  private void recordAll(UpdateLog log, UpdateRecorder recorder, ProgressLine progress)
      throws IOException {
    long total = updates.equals("-") ? -1 : Files.size(Path.of(updates));
    List<byte[]> batch = new ArrayList<>();
    long batchBytes = 0;
    byte[] update = next(log, recorder, batch);
    while (update != null) {
      batch.add(update);
      batchBytes += update.length;
      if (batch.size() >= batchSize || batchBytes >= BATCH_BYTES) {
        flush(recorder, batch);
        batchBytes = 0;
        progress.at(rawBytes, total);
      }
      update = next(log, recorder, batch);
    }
    flush(recorder, batch);
  }

  /** Reads the next update; where the log is broken, stores what was read whole before. */
  private byte @Nullable [] next(UpdateLog log, UpdateRecorder recorder, List<byte[]> batch)
      throws IOException {
    try {
      return log.next();
    } catch (IOException e) {
      flush(recorder, batch);
      String problem =
          e instanceof EOFException ? "the log is cut off there" : Failures.describe(e);
      throw new Failure(
          "%s: update %d, which begins at byte %d%s: %s; %s before it stored"
              .formatted(
                  source(),
                  stored + 1,
                  log.offset(),
                  log.isCompressed() ? " (uncompressed)" : "",
                  problem,
                  storedInWords()),
          e);
    }
  }

  private void flush(UpdateRecorder recorder, List<byte[]> batch) {
    if (batch.isEmpty()) {
      return;
    }
    try {
      recorder.append(batch);
    } catch (StoreException e) {
      throw new Failure("%s; %s before that stored".formatted(e.getMessage(), storedInWords()), e);
    }
    stored += batch.size();
    storedBytes += batch.stream().mapToLong(update -> update.length).sum();
    batch.clear();
  }

  private String storedInWords() {
    return stored == 0 ? "no update" : Shown.count(stored, "update");
  }

  private void report(String id, long last, long nanos) {
    if (json.isOn()) {
      out()
          .line(
              new Fields()
                  .put("docId", id)
                  .put("updates", stored)
                  .put("bytes", storedBytes)
                  .put("lastVersion", Long.toString(last))
                  .toJson());
      return;
    }
    out()
        .line(
            "%s: %s of %s recorded in %s (%s)%s"
                .formatted(
                    Shown.id(id),
                    Shown.count(stored, "update"),
                    Shown.bytes(storedBytes),
                    Shown.seconds(nanos),
                    Shown.rate(stored, nanos, "updates"),
                    stored == 0 ? "" : ", the last as version " + last));
  }

  /** Counts what is read from the file, for the progress. */
  private final class Counting extends FilterInputStream {

    Counting(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int count = super.read(bytes, from, length);
      rawBytes += Math.max(0, count);
      return count;
    }
  }
}
