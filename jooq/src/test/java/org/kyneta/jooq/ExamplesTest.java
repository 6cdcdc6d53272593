package org.kyneta.jooq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.jooq.Samples.entry;
import static org.kyneta.jooq.Samples.load;

import java.nio.file.Path;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.store.Store;
import org.kyneta.store.StoreRecord;

/** That the examples do what the documentation says. */
class ExamplesTest {

  @TempDir private Path directory;

  @Test
  void examplesDoWhatTheySay() {
    try (Database database = Database.h2(directory)) {
      DSLContext dsl = database.dsl();
      List<StoreRecord> stored = Examples.store(dsl, new byte[] {1});
      assertThat(stored).hasSize(2);

      dsl.createTable(Examples.NOTES).column(Examples.CHANGED).execute();
      dsl.insertInto(Examples.NOTES)
          .columns(Examples.CHANGED)
          .values(DSL.castNull(Examples.CHANGED))
          .execute();
      Examples.transaction(dsl, entry(2));
      try (Store store = JooqStore.open(dsl, JooqOptions.DEFAULT)) {
        assertThat(load(store, "notes/1")).hasSize(3).endsWith(entry(2));
      }
      assertThat(dsl.fetchCount(Examples.NOTES, Examples.CHANGED.isNotNull())).isEqualTo(1);
    }
  }
}
