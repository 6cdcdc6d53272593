package org.kyneta.cli;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.SqlStore;
import org.kyneta.store.Cursor;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a whole store as JSON lines. */
@Command(
    name = "dump",
    header = "Print a whole store, or some documents, as JSON lines, which load reads.",
    description = {
      "",
      "Each line is one document, in the order of ids, or that in which they are named:",
      "  {\"docId\":…,\"currentMeta\":…,\"records\":[…]}",
      "with a payload's data as {\"text\":…} or {\"hex\":…}. The lines are what JavaScript's "
          + "JSON.stringify prints. A store of format 1 calls the sync mode syncProtocol, one of "
          + "format 2 syncMode.",
      "",
      "--first N prints a document as it was after its first N records, which also is how to have "
          + "what stands before a damaged record. currentMeta, then the metadata of that moment, "
          + "comes after the records.",
      "",
      "Every document is as it was at one moment, whoever writes meanwhile; memory is bounded "
          + "by the largest record. Nothing is created or changed."
    },
    footer = {
      "",
      "Example: kyneta dump store.db | gzip > store.jsonl.gz",
      "Example: kyneta dump store.db notes/1 --first 40 | kyneta load before.db"
    })
final class DumpCommand extends Subcommand {

  @Mixin private final StoreArgument store = new StoreArgument();

  @Parameters(
      index = "1..*",
      paramLabel = "DOC",
      description = "The documents, by default all of them.")
  private List<String> docs = new ArrayList<>();

  @Option(
      names = "--json-id",
      description = "Each DOC is a JSON string literal: for ids that cannot be typed.")
  private boolean jsonId;

  @Option(
      names = "--first",
      paramLabel = "N",
      description = "Print the first N records of each document, at least 1.")
  private long first = Long.MAX_VALUE;

  @Spec private @Nullable CommandSpec ownSpec;

  private final List<String> disagreeing = new ArrayList<>();
  private long records;

  @Override
  int run() {
    if (first < 1) {
      throw wrongUsage("--first: expected at least 1 record, found " + first);
    }
    List<String> ids =
        docs.stream().map(doc -> DocArgument.parse(doc, jsonId, "DOC", ownSpec)).toList();
    try (OpenStore open = store.openToLook();
        ProgressLine progress = progress("dump", "records")) {
      SqlStore opened = open.store();
      RecordJson json = new RecordJson(out(), opened.format());
      if (ids.isEmpty()) {
        try (Cursor<String> all = opened.listDocIds()) {
          while (all.hasNext()) {
            boolean _ = dump(opened, all.next(), json, progress);
          }
        }
        Unlisted.refuse(opened);
      }
      for (String id : ids) {
        if (!dump(opened, id, json, progress)) {
          throw new Failure("%s: there is no document %s".formatted(opened, Shown.id(id)));
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

  /** Prints a document, and returns whether there is one. */
  private boolean dump(SqlStore opened, String id, RecordJson json, ProgressLine progress) {
    if (first < Long.MAX_VALUE) {
      try (RecordCursor stream = opened.loadAll(id)) {
        return writeFirst(id, stream, json, progress);
      }
    }
    Optional<DocumentSnapshot> found = DocumentSnapshot.of(opened, id);
    if (found.isEmpty()) {
      return false;
    }
    try (DocumentSnapshot document = found.get()) {
      begin(id, json);
      out().write(",\"currentMeta\":");
      json.meta(document.meta());
      write(document, json, progress);
      out().write("}\n");
      if (!document.agrees()) {
        disagreeing.add(id);
      }
    }
    return true;
  }

  /** The index says how a document ends, and nothing of what it was: that is in its records. */
  private boolean writeFirst(
      String id, RecordCursor stream, RecordJson json, ProgressLine progress) {
    if (!stream.hasNext()) {
      return false;
    }
    FirstRecords part = new FirstRecords(stream, first);
    begin(id, json);
    write(part, json, progress);
    Optional<StoreMeta> meta = part.meta();
    if (meta.isPresent()) {
      out().write(",\"currentMeta\":");
      json.meta(meta.get());
    } else {
      disagreeing.add(id);
    }
    out().write("}\n");
    return true;
  }

  private void begin(String id, RecordJson json) {
    out().write("{\"docId\":");
    json.string(id);
  }

  private void write(Iterator<StoreRecord> stream, RecordJson json, ProgressLine progress) {
    out().write(",\"records\":[");
    boolean isFirst = true;
    while (stream.hasNext()) {
      if (!isFirst) {
        out().write(',');
      }
      isFirst = false;
      json.record(stream.next());
      if (!streams().outIsTerminal()) {
        progress.at(++records, -1);
      }
    }
    out().write(']');
  }
}
