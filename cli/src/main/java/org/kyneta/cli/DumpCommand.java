package org.kyneta.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kyneta.sql.SqlStore;
import org.kyneta.store.Cursor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints a whole store as JSON lines. */
@Command(
    name = "dump",
    header = "Print a whole store as JSON lines, which load reads.",
    description = {
      "",
      "Each line is one document, in the order of ids:",
      "  {\"docId\":…,\"currentMeta\":…,\"records\":[…]}",
      "with a payload's data as {\"text\":…} or {\"hex\":…}. The lines are what JavaScript's "
          + "JSON.stringify prints. A store of format 1 calls the sync mode syncProtocol, one of "
          + "format 2 syncMode.",
      "",
      "Every document is as it was at one moment, whoever writes meanwhile; memory is bounded "
          + "by the largest record. Nothing is created or changed."
    },
    footer = {"", "Example: kyneta dump store.db | gzip > store.jsonl.gz"})
final class DumpCommand extends Subcommand {

  @Mixin private final StoreArgument store = new StoreArgument();

  private long records;

  @Override
  int run() {
    List<String> disagreeing = new ArrayList<>();
    try (OpenStore open = store.openToLook();
        Cursor<String> ids = open.store().listDocIds();
        ProgressLine progress = progress("dump", "records")) {
      SqlStore opened = open.store();
      RecordJson json = new RecordJson(out(), opened.format());
      while (ids.hasNext()) {
        String id = ids.next();
        Optional<DocumentSnapshot> found = DocumentSnapshot.of(opened, id);
        if (found.isPresent()) {
          try (DocumentSnapshot document = found.get()) {
            write(id, document, json, progress);
            if (!document.agrees()) {
              disagreeing.add(id);
            }
          }
        }
      }
    }
    if (!disagreeing.isEmpty()) {
      throw new Failure(
          "%s of which the metadata index says something else than the stream, among them %s; load refuses such lines, verify says more"
              .formatted(
                  Shown.count(disagreeing.size(), "document"), Shown.id(disagreeing.getFirst())));
    }
    return Kyneta.DONE;
  }

  private void write(String id, DocumentSnapshot document, RecordJson json, ProgressLine progress) {
    out().write("{\"docId\":");
    json.string(id);
    out().write(",\"currentMeta\":");
    json.meta(document.meta());
    out().write(",\"records\":[");
    boolean first = true;
    while (document.hasNext()) {
      if (!first) {
        out().write(',');
      }
      first = false;
      json.record(document.next());
      if (!streams().outIsTerminal()) {
        progress.at(++records, -1);
      }
    }
    out().write("]}\n");
  }
}
