package org.kyneta.cli;

import org.jspecify.annotations.Nullable;
import org.kyneta.cli.StoreLocation.Writing;
import org.kyneta.sql.Format;
import org.kyneta.sql.TableNames;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies all documents of one store into another. */
@Command(
    name = "copy",
    header = "Copy all documents of a store into another store, and compare.",
    description = {
      "",
      "DST is created if it does not exist, in the format of STORE unless --format says another. "
          + "If it exists, none of the documents may be in it (then nothing is copied), unless "
          + "--replace is given; its other documents stay. In a database the tables are created if "
          + "they are missing. No relay may serve DST meanwhile.",
      "",
      "Every document is copied as it was at one moment, read back and compared; at the end both "
          + "sides' SHA-256 is printed. Memory is bounded by the largest record. STORE is not "
          + "changed."
    },
    footer = {"", "Example: kyneta copy old.db new.db --format 2"})
final class CopyCommand extends Subcommand {

  @Mixin private final StoreArgument source = new StoreArgument();

  @Parameters(
      index = "1",
      paramLabel = "DST",
      converter = StoreLocation.Converter.class,
      description = "The SQLite file or the PostgreSQL database to copy into.")
  @SuppressWarnings("NullAway.Init")
  private StoreLocation target;

  @Option(
      names = "--dst-tables",
      paramLabel = "NAMES",
      converter = TablesConverter.class,
      description = "The tables in DST, where not the usual ones; as --tables.")
  private TableNames targetTables = TableNames.DEFAULT;

  @Option(
      names = "--format",
      paramLabel = "1|2",
      converter = FormatConverter.class,
      description = "The format that DST must have.")
  private @Nullable Format format;

  @Option(
      names = "--replace",
      description = "Replace documents that are in DST; without this they are an error.")
  private boolean replace;

  @Mixin private final JsonOption json = new JsonOption();

  @Override
  int run() {
    if (source.location().isSame(target)
        && source.tables().recordsName().equalsIgnoreCase(targetTables.recordsName())) {
      throw wrongUsage("expected two stores, found one twice: " + target);
    }
    long started = System.nanoTime();
    StoreCopy copy;
    Format copied;
    try (OpenStore from = source.openToLook();
        OpenStore to = openTarget(from.store().format());
        ProgressLine progress = progress("copy", "records")) {
      Unlisted.refuse(from.store());
      copy =
          to.whileHeld(opened -> {
            StoreCopy made = new StoreCopy(from.store(), opened, replace, progress);
            made.run();
            return made;
          });
      copied = to.store().format();
    }
    report(copy, copied, System.nanoTime() - started);
    return Kyneta.DONE;
  }

  private OpenStore openTarget(Format ofSource) {
    return StoreArgument.openToWrite(
        target, Writing.by("copy", targetTables).withFormat(format, ofSource).unlimited());
  }

  private void report(StoreCopy copy, Format format, long nanos) {
    if (json.isOn()) {
      out()
          .line(
              new Fields()
                  .put("documents", copy.documents())
                  .put("records", copy.records())
                  .put("format", format.number())
                  .put("sha256", copy.digest())
                  .toJson());
      return;
    }
    out()
        .line(
            "%s: %s with %s copied in %s (%s), %s"
                .formatted(
                    Shown.line(target.toString()),
                    Shown.count(copy.documents(), "document"),
                    Shown.count(copy.records(), "record"),
                    Shown.seconds(nanos),
                    Shown.rate(copy.records(), nanos, "records"),
                    format));
    out().line("  both sides are equal, SHA-256 %s".formatted(copy.digest()));
  }
}
