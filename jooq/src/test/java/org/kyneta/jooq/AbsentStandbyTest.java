package org.kyneta.jooq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.kyneta.jooq.Samples.entry;
import static org.kyneta.jooq.Samples.load;
import static org.kyneta.jooq.Samples.stream;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jooq.SQLDialect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.Store;
import org.kyneta.testservers.Collation;
import org.kyneta.testservers.PostgresServer;
import org.kyneta.testservers.PostgresServer.Settings;

/** A PostgreSQL server that must wait for a standby, and is told to wait no longer. */
@Timeout(120)
class AbsentStandbyTest {

  private static final String WAITING =
      "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";

  @Test
  void commitThatNoStandbyConfirmsIsUnknown() throws Exception {
    try (PostgresServer server = PostgresServer.start(Settings.DEFAULT)) {
      String url = server.createDatabase("absent", Collation.C);
      try (Database database = Database.at(SQLDialect.POSTGRES, url)) {
        JooqStore.createTables(database.dsl(), JooqOptions.DEFAULT);
        try (Store store = JooqStore.open(database.dsl(), JooqOptions.DEFAULT)) {
          store.appendAll("doc", stream(3));
        }
        database.dsl().execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
      }
      server.restart();
      try (Database database = Database.at(SQLDialect.POSTGRES, url);
          Store store = JooqStore.open(database.dsl(), JooqOptions.DEFAULT)) {
        CompletableFuture<Void> running =
            CompletableFuture.runAsync(() -> store.append("doc", entry(3)));
        while (!running.isDone()) {
          database.dsl().execute(WAITING);
        }
        assertThat(catchThrowable(running::join))
            .isInstanceOf(CompletionException.class)
            .hasCauseInstanceOf(OutcomeUnknownException.class);
        assertThat(load(store, "doc")).isEqualTo(stream(4));
      }
    }
  }
}
