package org.kyneta.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.kyneta.relay.Lease;
import org.kyneta.sql.Format;
import org.kyneta.sqlite.Conversion;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Brings a store into another format. */
@Command(
    name = "convert",
    header = "Bring an SQLite file into another format, in place.",
    description = {
      "",
      "Format 1 is what versions 1.5 to 1.8 of the JavaScript packages read and write, format 2 "
          + "what versions 2.0 to 3.0 do. The conversion is one transaction: it is done whole or "
          + "not at all. Programs that have the store open fail from then on, until they open it "
          + "anew. No relay may serve the file meanwhile.",
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

  private Conversion convert(StoreFile file) {
    if (Files.isRegularFile(file.path())) {
      // What is no database gets no lease beside it.
      boolean _ = file.isStore(SqliteOptions.DEFAULT.withTables(store.tables()));
      try (Lease _ = file.lease("convert")) {
        return convertAlone(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return convertAlone(file);
  }

  private Conversion convertAlone(StoreFile file) {
    try (ProgressLine progress = progress("convert", "rows")) {
      return SqliteStore.convert(file.path(), store.tables(), format, progress);
    }
  }

  @Override
  int run() {
    StoreFile file =
        store.file("kyneta copy brings what a database holds into a store of another format");
    Conversion done = convert(file);
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
                      Shown.line(file.toString()),
                      done.from() == done.to()
                          ? "stays " + done.to()
                          : done.from() + " → " + done.to(),
                      Shown.count(done.documents(), "document"),
                      Shown.count(done.records(), "record")));
    }
    return Kyneta.DONE;
  }
}
