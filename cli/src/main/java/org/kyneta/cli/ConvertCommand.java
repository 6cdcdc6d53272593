package org.kyneta.cli;

import org.kyneta.sql.Format;
import org.kyneta.sqlite.Conversion;
import org.kyneta.sqlite.SqliteStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Brings a store into another format. */
@Command(
    name = "convert",
    header = "Bring a store into another format, in place.",
    description = {
      "",
      "Format 1 is what versions 1.5 to 1.8 of the JavaScript packages read and write, format 2 "
          + "what versions 2.0 to 3.0 do. The conversion is one transaction: it is done whole or "
          + "not at all. Programs that have the store open fail from then on, until they open it "
          + "anew.",
      "",
      "A store in tables called meta and records, as the first versions had, gets the table names "
          + "of today."
    })
final class ConvertCommand extends Subcommand {

  @Mixin private final StoreArgument store = new StoreArgument();

  @Option(
      names = "--format",
      required = true,
      paramLabel = "1|2",
      converter = FormatConverter.class,
      description = "The format that the store is to have.")
  @SuppressWarnings("NullAway.Init")
  private Format format;

  @Mixin private final JsonOption json = new JsonOption();

  @Override
  int run() {
    Conversion done;
    try (ProgressLine progress = progress("convert", "rows")) {
      done = SqliteStore.convert(store.path(), store.tables(), format, progress);
    }
    if (json.isOn()) {
      out()
          .line(
              new Fields()
                  .put("from", done.from().number())
                  .put("to", done.to().number())
                  .put("documents", done.documents())
                  .put("records", done.records())
                  .toJson());
    } else {
      out()
          .line(
              "%s: %s, %s (%s of metadata rewritten)"
                  .formatted(
                      Shown.line(store.path().toString()),
                      done.from() == done.to()
                          ? "stays " + done.to()
                          : done.from() + " → " + done.to(),
                      Shown.count(done.documents(), "document"),
                      Shown.count(done.records(), "record")));
    }
    return Kyneta.DONE;
  }
}
