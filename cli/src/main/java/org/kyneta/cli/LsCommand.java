package org.kyneta.cli;

import org.jspecify.annotations.Nullable;
import org.kyneta.store.Cursor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists document ids. */
@Command(
    name = "ls",
    header = "List the ids of the documents in a store.",
    description = {
      "",
      "Ids come in code-point order, one a line and quoted as JSON strings, in which whatever "
          + "is invisible is escaped. With --json a line is {\"docId\":…}.",
      "",
      "Nothing is created or changed."
    },
    footer = {"", "Example: kyneta ls store.db --prefix notes/ | head"})
final class LsCommand extends Subcommand {

  @Mixin private final StoreArgument store = new StoreArgument();

  @Option(
      names = "--prefix",
      paramLabel = "P",
      description = "Only ids that begin with P, compared exactly.")
  private String prefix = "";

  @Option(names = "--json-id", description = "P is a JSON string literal, as for DOC elsewhere.")
  private boolean jsonPrefix;

  @Mixin private final JsonOption json = new JsonOption();

  @Spec private @Nullable CommandSpec spec;

  @Override
  int run() {
    boolean given = jsonPrefix && !prefix.isEmpty();
    String wanted = DocArgument.parse(prefix, given, "--prefix", spec);
    try (OpenStore opened = store.openToLook();
        Cursor<String> ids = opened.store().listDocIds(wanted)) {
      while (ids.hasNext()) {
        String id = ids.next();
        if (json.isOn()) {
          out().line(new Fields().put("docId", id).toJson());
        } else {
          out().write(Shown.id(id));
          out().write('\n');
        }
      }
    }
    return Kyneta.DONE;
  }
}
