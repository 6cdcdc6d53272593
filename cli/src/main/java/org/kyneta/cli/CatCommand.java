package org.kyneta.cli;

import org.kyneta.sql.SqlStore;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StoreRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the records of one document. */
@Command(
    name = "cat",
    header = "Print the records of a document.",
    description = {
      "",
      "One record a line: its sequence number; for metadata the metadata; for an entry its kind "
          + "and encoding, version, size, lineage if it has one, and the beginning of its data "
          + "(text quoted, bytes in hex). With --json a line is the whole record, as dump prints "
          + "it, with its seq.",
      "",
      "Nothing is created or changed."
    })
final class CatCommand extends Subcommand {

  @Mixin private final DocArgument doc = new DocArgument();

  @Option(names = "--from", paramLabel = "SEQ", description = "Begin at this sequence number.")
  private long from;

  @Mixin private final JsonOption json = new JsonOption();

  @Override
  int run() {
    String id = doc.id();
    if (from < 0) {
      throw wrongUsage("--from: expected a sequence number of at least 0, found " + from);
    }
    try (OpenStore opened = doc.store().openToLook();
        RecordCursor records = opened.store().loadAll(id, from)) {
      if (!records.hasNext()) {
        requireDocument(opened.store(), id);
      }
      RecordJson programs = new RecordJson(out(), opened.store().format());
      RecordLines people = new RecordLines(out(), opened.store().format());
      while (records.hasNext()) {
        StoreRecord record = records.next();
        if (json.isOn()) {
          out().write("{\"seq\":" + records.seq() + ",");
          programs.members(record);
          out().write("}\n");
        } else {
          people.print(records.seq(), record);
        }
      }
    }
    return Kyneta.DONE;
  }

  static void requireDocument(SqlStore store, String id) {
    if (store.currentMeta(id).isEmpty()) {
      throw new Failure("%s: there is no document %s".formatted(store, Shown.id(id)));
    }
  }
}
