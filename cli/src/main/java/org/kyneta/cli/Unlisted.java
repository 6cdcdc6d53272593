package org.kyneta.cli;

import java.util.Optional;
import org.kyneta.sql.SqlStore;
import org.kyneta.sqlite.SqliteStore;

/** Documents that have lost their metadata: no list of documents has them. */
final class Unlisted {

  private Unlisted() {}

  /** Returns the first such document of a store in a file, if there is one. */
  static Optional<String> first(SqlStore store) {
    return store instanceof SqliteStore file ? file.recordsWithoutMetadata() : Optional.empty();
  }

  /**
   * Refuses a store in a file that has such documents, for whoever takes all that are listed for
   * all that there are.
   *
   * @throws Failure if there is one
   */
  static void refuse(SqlStore store) {
    first(store)
        .ifPresent(id -> {
          throw new Failure(
              "%s: document %s has records but no metadata, so it would be left out; verify says more"
                  .formatted(store, Shown.id(id)));
        });
  }
}
