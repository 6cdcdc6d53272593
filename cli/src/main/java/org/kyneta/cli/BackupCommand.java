package org.kyneta.cli;

import java.nio.file.Path;
import org.kyneta.sql.Progress;
import org.kyneta.sql.StoreStatistics;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Copies the database of a store while it is in use. */
@Command(
    name = "backup",
    header = "Copy the whole database into a new file, while others write.",
    description = {
      "",
      "The copy is the state of one moment, other tables in the database included. It is checked "
          + "and on the disk before it gets its name; a failed backup leaves nothing behind."
    })
final class BackupCommand extends Subcommand {

  @Mixin private final StoreArgument store = new StoreArgument();

  @Parameters(index = "1", paramLabel = "FILE", description = "The new file.")
  @SuppressWarnings("NullAway.Init")
  private Path target;

  @Mixin private final JsonOption json = new JsonOption();

  @Override
  int run() {
    StoreFile file = store.file("for a database there is pg_dump, and kyneta copy into a file");
    SqliteOptions options = SqliteOptions.DEFAULT.withTables(store.tables());
    try (SqliteStore opened = SqliteStore.openReadOnly(file.path(), options);
        ProgressLine progress = progress("backup", "bytes")) {
      opened.backupTo(target, progress);
    }
    StoreStatistics copy;
    try (SqliteStore opened = SqliteStore.openReadOnly(target, options)) {
      copy = opened.statistics(/* largest= */ 0, Progress.NONE);
    }
    if (json.isOn()) {
      out()
          .line(
              new Fields()
                  .put("file", target.toString())
                  .put("bytes", copy.databaseBytes())
                  .put("documents", copy.documents())
                  .put("records", copy.records())
                  .toJson());
    } else {
      out()
          .line(
              "%s: %s, %s, %s"
                  .formatted(
                      Shown.line(target.toString()),
                      Shown.bytes(copy.databaseBytes()),
                      Shown.count(copy.documents(), "document"),
                      Shown.count(copy.records(), "record")));
    }
    return Kyneta.DONE;
  }
}
