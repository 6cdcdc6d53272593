package org.kyneta.jooq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.jooq.Samples.entry;
import static org.kyneta.jooq.Samples.load;
import static org.kyneta.jooq.Samples.stream;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kyneta.store.Head;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.StorageException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreRecord;
import org.kyneta.testservers.Collation;
import org.kyneta.testservers.MariaDbServer;
import org.kyneta.testservers.PostgresServer;
import org.kyneta.testservers.Proxy;

/** Lines to a server that break, at a moment that decides what may be said of a write. */
class BrokenConnectionsTest {

  /** A server with a line to it that can be cut. */
  private record Line(Database direct, Proxy proxy, HikariDataSource pool, DSLContext dsl)
      implements AutoCloseable {

    static Line to(Engines engine) throws Exception {
      boolean postgres = engine == Engines.POSTGRES;
      Database direct = postgres ? Database.postgres(Collation.C) : Database.mariaDb();
      int port = postgres ? PostgresServer.shared().port() : MariaDbServer.shared().port();
      Proxy proxy = Proxy.to(port);
      HikariConfig config = new HikariConfig();
      // So that each statement is on the line as text, and not only the first time.
      String url = direct.url() + (postgres ? "&prepareThreshold=0" : "");
      config.setJdbcUrl(url.replace(":" + port, ":" + proxy.port()));
      config.setMaximumPoolSize(2);
      config.setMinimumIdle(0);
      config.setConnectionTimeout(2_000);
      HikariDataSource pool = new HikariDataSource(config);
      JooqStore.createTables(direct.dsl(), JooqOptions.DEFAULT);
      SQLDialect dialect = direct.dialect();
      return new Line(direct, proxy, pool, DSL.using(pool, dialect));
    }

    @Override
    public void close() {
      pool.close();
      proxy.close();
      direct.close();
    }
  }

  private static void assertUnknown(
      Engines engine, BiConsumer<Proxy, String> cut, int recordsAfterwards) throws Exception {
    try (Line line = Line.to(engine);
        Store store = JooqStore.open(line.dsl(), JooqOptions.DEFAULT);
        Store other = JooqStore.open(line.direct().dsl(), JooqOptions.DEFAULT)) {
      store.appendAll("doc", stream(3));
      Head before = store.head("doc");
      // As a whole statement: READ COMMITTED is another.
      cut.accept(line.proxy(), engine == Engines.POSTGRES ? "COMMIT\0" : "\u0003COMMIT");
      assertThatExceptionOfType(OutcomeUnknownException.class)
          .isThrownBy(() -> store.append("doc", entry(3)))
          .satisfies(e -> assertThat(e.docId()).isEqualTo("doc"));
      line.proxy().pass();
      assertThat(load(other, "doc")).isEqualTo(stream(recordsAfterwards));
      assertThat(store.head("doc").equals(before)).isEqualTo(recordsAfterwards == 3);
      store.append("doc", entry(recordsAfterwards));
      assertThat(load(other, "doc")).isEqualTo(stream(recordsAfterwards + 1));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRES", "MARIADB"})
  void lineCutBeforeCommitLeavesTheOutcomeUnknown(Engines engine) throws Exception {
    assertUnknown(engine, Proxy::cutBefore, 3);
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRES", "MARIADB"})
  void lineCutAfterCommitLeavesTheOutcomeUnknown(Engines engine) throws Exception {
    assertUnknown(engine, Proxy::cutAfter, 4);
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRES", "MARIADB"})
  void lineCutBeforeTheRecordIsSentIsAFailure(Engines engine) throws Exception {
    try (Line line = Line.to(engine);
        Store store = JooqStore.open(line.dsl(), JooqOptions.DEFAULT)) {
      store.appendAll("doc", stream(3));
      line.proxy().cutBefore("insert into");
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> store.append("doc", entry(3)));
      line.proxy().pass();
      assertThat(load(store, "doc")).isEqualTo(stream(3));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRES", "MARIADB"})
  void cursorWhoseLineIsCutFailsAndDoesNotEnd(Engines engine) throws Exception {
    try (Line line = Line.to(engine);
        Store store = JooqStore.open(line.dsl(), JooqOptions.DEFAULT)) {
      // More than fits into what a network holds on the way.
      byte[] large = new byte[100_000];
      List<StoreRecord> records = new ArrayList<>(stream(2));
      records.addAll(Collections.nCopies(500, Samples.bytes(large)));
      store.appendAll("doc", records);
      try (RecordCursor cursor = store.loadAll("doc")) {
        cursor.next();
        line.proxy().cut();
        assertThatExceptionOfType(StorageException.class)
            .isThrownBy(() -> cursor.forEachRemaining(record -> {}));
        assertThatExceptionOfType(StorageException.class).isThrownBy(cursor::hasNext);
      }
      line.proxy().pass();
      assertThat(load(store, "doc")).hasSize(502);
    }
  }

  @Test
  void aPoolThatIsUsedUpIsBusy() throws Exception {
    try (Line line = Line.to(Engines.POSTGRES);
        Store store = JooqStore.open(line.dsl(), JooqOptions.DEFAULT)) {
      store.appendAll("doc", stream(2_000));
      try (RecordCursor first = store.loadAll("doc");
          RecordCursor second = store.loadAll("doc")) {
        assertThatExceptionOfType(StorageBusyException.class)
            .isThrownBy(() -> store.append("doc", entry(1)));
        assertThat(first.next()).isEqualTo(second.next());
      }
      store.append("doc", entry(1));
    }
  }
}
