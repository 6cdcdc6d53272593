package org.kyneta.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kyneta.cli.StoreLocation.Writing;
import org.kyneta.sql.Format;
import org.kyneta.sql.SqlStore;
import org.kyneta.store.Head;
import org.kyneta.store.HeadConflictException;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.StoreException;
import org.kyneta.store.StoreRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Reads documents from JSON lines. */
@Command(
    name = "load",
    header = "Read documents from standard input, as dump prints them.",
    description = {
      "",
      "Reads JSON lines as dump prints them, gzipped or not, from a store of either format, and stores one "
          + "document after the other, each whole or not at all. The store is created if it does "
          + "not exist, in a database its tables. No relay may serve it meanwhile. Lines may be of any size, and records of any that memory allows (KYNETA_OPTS=-Xmx4g allows more). What is gzipped "
          + "may become 500 times as large.",
      "",
      "Stops at the first line that is wrong, says which and why, and how many documents were "
          + "stored before it; those stay."
    },
    footer = {"", "Example: kyneta load new.db < store.jsonl.gz"})
final class LoadCommand extends Subcommand {

  @Mixin private final StoreArgument store = new StoreArgument();

  @Option(
      names = "--format",
      paramLabel = "1|2",
      converter = FormatConverter.class,
      description = "The format that the store must have; a new one gets format 1 by default.")
  private @Nullable Format format;

  @Option(
      names = "--replace",
      description = "Replace documents that exist; without this they are an error.")
  private boolean replace;

  @Mixin private final JsonOption json = new JsonOption();

  private long documents;
  private long records;

  @Override
  int run() {
    long started = System.nanoTime();
    Format loaded;
    Writing writing = Writing.by("load", store.tables()).withFormat(format, Format.V1).unlimited();
    try (OpenStore open = store.openToWrite(writing);
        ProgressLine progress = progress("load", "records")) {
      loaded = open.store().format();
      Lines lines = new Lines(input());
      open.whileHeld(opened -> {
        while (next(lines)) {
          load(opened, lines, progress);
        }
        return null;
      });
    } catch (IOException e) {
      throw Failures.about("standard input", e);
    }
    long nanos = System.nanoTime() - started;
    if (json.isOn()) {
      out()
          .line(
              new Fields()
                  .put("documents", documents)
                  .put("records", records)
                  .put("format", loaded.number())
                  .toJson());
    } else {
      out()
          .line(
              "%s: %s with %s loaded in %s (%s), %s"
                  .formatted(
                      Shown.line(store.location().toString()),
                      Shown.count(documents, "document"),
                      Shown.count(records, "record"),
                      Shown.seconds(nanos),
                      Shown.rate(records, nanos, "records"),
                      loaded));
    }
    return Kyneta.DONE;
  }

  private InputStream input() throws IOException {
    BufferedInputStream in = new BufferedInputStream(streams().in());
    return Gzip.isNext(in) ? Gzip.unzipped(in) : in;
  }

  private boolean next(Lines lines) {
    try {
      return lines.next();
    } catch (IOException e) {
      throw bad(lines, "standard input ends there: " + Failures.describe(e), e);
    }
  }

  private void load(SqlStore opened, Lines lines, ProgressLine progress) {
    try {
      Optional<DumpLine> found = DumpLine.begin(lines.line());
      if (found.isPresent()) {
        try (DumpLine line = found.get()) {
          store(opened, line, progress);
        }
      }
    } catch (HeadConflictException e) {
      throw bad(
          lines,
          "document %s exists already (--replace replaces it)".formatted(Shown.id(e.docId())),
          e);
    } catch (OutcomeUnknownException e) {
      throw bad(lines, e.getMessage() + "; look for it before you load this line again", e);
    } catch (BadLineException | StoreException | Failure e) {
      throw bad(lines, e.getMessage(), e);
    }
  }

  private void store(SqlStore opened, DumpLine line, ProgressLine progress) {
    Iterable<StoreRecord> stream =
        () -> new Watched<>(line, record -> progress.at(records + line.records(), -1));
    if (replace) {
      opened.replace(line.docId(), stream);
    } else {
      opened.replace(line.docId(), stream, Head.ABSENT);
    }
    documents++;
    records += line.records();
  }

  private Failure bad(Lines lines, @Nullable String problem, Exception cause) {
    return new Failure(
        "line %d: %s; %s before it stored"
            .formatted(
                lines.number(),
                problem,
                documents == 0 ? "no document" : Shown.count(documents, "document")),
        cause);
  }
}
