package org.kyneta.cli;

import java.util.List;
import org.kyneta.sql.StoreStatistics;
import org.kyneta.sql.StoreStatistics.Engine;
import org.kyneta.sql.StoreStatistics.StreamSize;
import org.kyneta.sql.TableNames;
import org.kyneta.store.JsonValue;
import org.kyneta.store.JsonValue.JsonArray;
import org.kyneta.store.JsonValue.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Counts what a store holds. */
@Command(
    name = "stat",
    header = "Count what a store holds, and say how it is kept.",
    description = {
      "",
      "Prints the format and the tables, the numbers of documents, records and bytes, how many "
          + "rows carry no checksum (since something else wrote them), the largest streams, and "
          + "the version and sizes of the database. Reads the whole store once.",
      "",
      "Nothing is created or changed."
    })
final class StatCommand extends Subcommand {

  @Mixin private final StoreArgument store = new StoreArgument();

  @Option(
      names = "--largest",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many of the largest streams to list; ${DEFAULT-VALUE} by default.")
  private int largest;

  @Mixin private final JsonOption json = new JsonOption();

  @Override
  int run() {
    if (largest < 0) {
      throw wrongUsage("--largest: expected a number of at least 0, found " + largest);
    }
    StoreStatistics statistics;
    try (OpenStore opened = store.openToLook();
        ProgressLine progress = progress("stat", "documents")) {
      statistics = opened.store().statistics(largest, progress);
    }
    if (json.isOn()) {
      out().line(toJson(statistics));
    } else {
      print(statistics);
    }
    return Kyneta.DONE;
  }

  private void print(StoreStatistics s) {
    out().line(Shown.line(store.location().toString()));
    row(
        "format",
        "%d, in the tables %s".formatted(s.format().number(), String.join(", ", tables(s))));
    row("documents", Shown.number(s.documents()));
    row("records", Shown.number(s.records()));
    row(
        "bytes",
        "%s as JSON text, %s as blobs".formatted(size(s.payloadBytes()), size(s.blobBytes())));
    row(
        "unverified",
        "%s, %s"
            .formatted(
                Shown.count(s.unverifiedRecords(), "record"),
                Shown.count(s.unverifiedMetadata(), "row") + " of the metadata index"));
    Engine engine = s.engine();
    String journal = engine.journalMode();
    if (journal == null) {
      row(engine.name(), engine.version());
      row("tables", "%s with their indexes".formatted(size(s.databaseBytes())));
    } else {
      row(engine.name(), "%s, journal mode %s".formatted(engine.version(), journal));
      row("file", "%s, and a log of %s".formatted(size(s.databaseBytes()), size(s.logBytes())));
    }
    String label = "largest";
    for (StreamSize stream : s.largest()) {
      row(
          label,
          "%s: %s, %s"
              .formatted(
                  Shown.id(stream.docId()),
                  Shown.count(stream.records(), "record"),
                  size(stream.bytes())));
      label = "";
    }
  }

  private void row(String label, String text) {
    out().line("  %-12s %s".formatted(label, text));
  }

  private static String size(long bytes) {
    return Shown.bytes(bytes);
  }

  private static List<String> tables(StoreStatistics s) {
    TableNames names = s.tables();
    String meta = names.metaIn(s.format());
    return s.format().number() == 1
        ? List.of(meta, names.recordsName())
        : List.of(meta, names.recordsName(), names.markerName());
  }

  private static JsonObject toJson(StoreStatistics s) {
    List<JsonValue> largest =
        s.largest().stream()
            .<JsonValue>map(stream ->
                new Fields()
                    .put("docId", stream.docId())
                    .put("records", stream.records())
                    .put("bytes", stream.bytes())
                    .toJson())
            .toList();
    Fields tables =
        new Fields()
            .put("meta", s.tables().metaIn(s.format()))
            .put("records", s.tables().recordsName());
    if (s.format().number() > 1) {
      tables.put("marker", s.tables().markerName());
    }
    Fields all =
        new Fields()
            .put("format", s.format().number())
            .put("tables", tables.toJson())
            .put("documents", s.documents())
            .put("records", s.records())
            .put("payloadBytes", s.payloadBytes())
            .put("blobBytes", s.blobBytes())
            .put("unverifiedRecords", s.unverifiedRecords())
            .put("unverifiedMetadata", s.unverifiedMetadata())
            .put("largest", new JsonArray(largest));
    String journal = s.engine().journalMode();
    if (journal == null) {
      return all.put("serverVersion", s.engine().version())
          .put("databaseBytes", s.databaseBytes())
          .toJson();
    }
    return all.put("sqliteVersion", s.engine().version())
        .put("journalMode", journal)
        .put("fileBytes", s.databaseBytes())
        .put("walBytes", s.logBytes())
        .toJson();
  }
}
