package org.kyneta.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kyneta.cli.StoreLocation.Writing;
import org.kyneta.relay.Compaction;
import org.kyneta.relay.Compaction.Result;
import org.kyneta.relay.Compaction.UnsuitableException;
import org.kyneta.sql.SqlStore;
import org.kyneta.store.Cursor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compacts streams of a store that no relay serves. */
@Command(
    name = "compact",
    header = "Put few entries in the place of many, in documents of a relay.",
    description = {
      "",
      "A document keeps its content and its version: clients notice nothing but that it loads more "
          + "quickly. What is written is read back and compared first, and takes the place of the "
          + "stream in one step, only if nobody has written to it meanwhile. A document that "
          + "cannot be read whole is named and left as it is.",
      "",
      "A relay that runs does this by itself, but for plain documents unless it is told to; its "
          + "store is not touched by this command. A JavaScript relay misreads plain documents "
          + "that were compacted: do not hand such a store over to one."
    })
final class CompactCommand extends Subcommand {

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

  @Mixin private final JsonOption json = new JsonOption();

  @Spec private @Nullable CommandSpec ownSpec;

  private long documents;
  private long before;
  private long after;
  private boolean failed;

  @Override
  int run() {
    List<String> ids =
        docs.stream().map(doc -> DocArgument.parse(doc, jsonId, "DOC", ownSpec)).toList();
    store.openToLook().close();
    try (OpenStore open = store.openToWrite(Writing.by("compact", store.tables()));
        ProgressLine progress = progress("compact", "documents")) {
      open.whileHeld(opened -> {
        compact(opened, ids, progress);
        return null;
      });
    }
    if (!json.isOn()) {
      out()
          .line(
              "%s: %s became %s"
                  .formatted(
                      Shown.count(documents, "document"), entries(before), Shown.number(after)));
    }
    return failed ? Kyneta.FAILED : Kyneta.DONE;
  }

  private void compact(SqlStore opened, List<String> ids, ProgressLine progress) {
    Compaction compaction = new Compaction(opened);
    if (ids.isEmpty()) {
      try (Cursor<String> all = opened.listDocIds()) {
        while (all.hasNext()) {
          compact(compaction, all.next(), progress);
        }
      }
      Unlisted.first(opened)
          .ifPresent(id ->
              fail(
                  id,
                  "document %s has records but no metadata, so it is not listed; verify says more"
                      .formatted(Shown.id(id))));
    } else {
      ids.forEach(id -> compact(compaction, id, progress));
    }
  }

  private static String entries(long number) {
    return Shown.number(number) + (number == 1 ? " entry" : " entries");
  }

  private void compact(Compaction compaction, String docId, ProgressLine progress) {
    try {
      Optional<Result> result = compaction.compact(docId);
      if (result.isEmpty()) {
        fail(docId, "document %s: no such document".formatted(Shown.id(docId)));
      } else {
        report(docId, result.get());
      }
    } catch (UnsuitableException e) {
      fail(docId, String.valueOf(e.getMessage()));
    }
    progress.at(++documents, -1);
  }

  private void report(String docId, Result result) {
    before += result.entriesBefore();
    after += result.entries();
    if (json.isOn()) {
      out()
          .line(
              new Fields()
                  .put("docId", docId)
                  .put("entriesBefore", result.entriesBefore())
                  .put("entries", result.entries())
                  .put("bytes", result.bytes())
                  .toJson());
    } else if (result.entries() < result.entriesBefore()) {
      out()
          .line(
              "%s: %s became %s, %s"
                  .formatted(
                      Shown.id(docId),
                      entries(result.entriesBefore()),
                      Shown.number(result.entries()),
                      Shown.bytes(result.bytes())));
    }
  }

  private void fail(String docId, String problem) {
    failed = true;
    if (json.isOn()) {
      out().line(new Fields().put("docId", docId).put("problem", problem).toJson());
    } else {
      out().line(Shown.line("left as it is: " + problem));
    }
  }
}
