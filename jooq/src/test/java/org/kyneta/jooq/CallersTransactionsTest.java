package org.kyneta.jooq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.kyneta.jooq.Samples.META;
import static org.kyneta.jooq.Samples.entry;
import static org.kyneta.jooq.Samples.ids;
import static org.kyneta.jooq.Samples.load;
import static org.kyneta.jooq.Samples.stream;

import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kyneta.store.Head;
import org.kyneta.store.HeadConflictException;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.StorageException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreRecord;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionTemplate;

/** A store within transactions of the caller's: of jOOQ's and of Spring's. */
class CallersTransactionsTest {

  private static final class Undo extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @TempDir private Path directory;
  private final List<JooqStore> opened = new ArrayList<>();

  private static JooqStore over(DSLContext dsl) {
    return JooqStore.over(dsl, JooqOptions.DEFAULT);
  }

  private JooqStore open(DSLContext dsl) {
    JooqStore.createTables(dsl, JooqOptions.DEFAULT);
    JooqStore store = JooqStore.open(dsl, JooqOptions.DEFAULT);
    opened.add(store);
    return store;
  }

  @AfterEach
  void close() {
    opened.forEach(JooqStore::close);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsCommittedIsThereAndWhatIsRolledBackIsNot(Engines engine) throws Exception {
    try (Database database = engine.open(directory)) {
      DSLContext dsl = database.dsl();
      Store outside = open(dsl);
      dsl.transaction(c -> over(DSL.using(c)).appendAll("kept", stream(3)));

      assertThatExceptionOfType(Undo.class)
          .isThrownBy(() ->
              dsl.transaction(c -> {
                Store store = over(DSL.using(c));
                store.append("kept", entry(4));
                store.replace("new", stream(2));
                store.delete("kept");
                assertThat(ids(store)).containsExactly("new");
                throw new Undo();
              }));

      assertThat(load(outside, "kept")).isEqualTo(stream(3));
      assertThat(ids(outside)).containsExactly("kept");
      assertThat(outside.head("new")).isEqualTo(Head.ABSENT);
      outside.append("kept", entry(3));
      assertThat(load(outside, "kept")).isEqualTo(stream(4));
    }
  }

  @ParameterizedTest
  @EnumSource
  void writeThatFailsLeavesNothingBehindInATransactionThatGoesOn(Engines engine) throws Exception {
    try (Database database = engine.open(directory)) {
      DSLContext dsl = database.dsl();
      Store outside = open(dsl);
      dsl.transaction(c -> {
        Store store = over(DSL.using(c));
        store.appendAll("doc", stream(2));
        assertThatExceptionOfType(RecordRejectedException.class)
            .isThrownBy(() -> store.replace("doc", List.of(entry(1), entry(2))));
        assertThatExceptionOfType(RecordRejectedException.class)
            .isThrownBy(() -> store.append("other", entry(1)));
        assertThatExceptionOfType(HeadConflictException.class)
            .isThrownBy(() -> store.append("doc", entry(9), Head.ABSENT));
        assertThatExceptionOfType(Undo.class)
            .isThrownBy(() -> store.appendAll("doc", thatFailAfter(stream(500))));
        store.append("doc", entry(2));
        c.dsl().transaction(nested -> over(nested.dsl()).append("doc", entry(3)));
      });
      assertThat(load(outside, "doc")).isEqualTo(stream(4));
      assertThat(ids(outside)).containsExactly("doc");
    }
  }

  /** Records that can be had once, and of which the last cannot be had. */
  private static Iterable<StoreRecord> thatFailAfter(List<StoreRecord> records) {
    Iterator<StoreRecord> iterator = records.iterator();
    return () ->
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return true;
          }

          @Override
          public StoreRecord next() {
            if (!iterator.hasNext()) {
              throw new Undo();
            }
            return iterator.next();
          }
        };
  }

  @ParameterizedTest
  @EnumSource
  void cursorKeepsItsMomentOverWritesAndRollback(Engines engine) throws Exception {
    try (Database database = engine.open(directory)) {
      DSLContext dsl = database.dsl();
      Store outside = open(dsl);
      outside.appendAll("doc", stream(2_000));
      RecordCursor cursor =
          dsl.transactionResult(c -> {
            Store store = over(DSL.using(c));
            RecordCursor opened = store.loadAll("doc");
            assertThat(opened.next()).isEqualTo(StoreRecord.meta(META));
            store.delete("doc");
            return opened;
          });
      assertThat(cursor.stream().toList()).isEqualTo(stream(2_000).subList(1, 2_000));
      assertThat(ids(outside)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void springsTransactionsAreJoined(Engines engine) throws Exception {
    try (Database database = engine.open(directory)) {
      Store outside = open(database.dsl());
      TransactionTemplate transactions =
          new TransactionTemplate(new DataSourceTransactionManager(database.pool()));
      Store store = over(database.over(new TransactionAwareDataSourceProxy(database.pool())));

      transactions.executeWithoutResult(status -> store.appendAll("doc", stream(3)));
      transactions.executeWithoutResult(status -> {
        store.append("doc", entry(3));
        store.append("other", StoreRecord.meta(META));
        assertThat(ids(store)).containsExactly("doc", "other");
        status.setRollbackOnly();
      });

      assertThat(load(outside, "doc")).isEqualTo(stream(3));
      assertThat(ids(store)).as("read without a transaction").containsExactly("doc");
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> store.append("doc", entry(3)))
          .withMessageContaining("expected a transaction of the caller's");
      assertThat(load(outside, "doc")).isEqualTo(stream(3));
    }
  }

  @ParameterizedTest
  @EnumSource
  void storeWithTransactionsOfItsOwnIsRefusedWithinOne(Engines engine) throws Exception {
    try (Database database = engine.open(directory)) {
      open(database.dsl());
      database
          .dsl()
          .transaction(c ->
              assertThatExceptionOfType(StorageException.class)
                  .isThrownBy(() -> JooqStore.open(DSL.using(c), JooqOptions.DEFAULT))
                  .withMessageContaining("JooqStore.over joins yours"));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRES", "H2"})
  void transactionThatDoesNotSeeTheLatestIsRefused(Engines engine) throws Exception {
    try (Database database = engine.open(directory)) {
      Store outside = open(database.dsl());
      try (Connection connection = database.pool().getConnection()) {
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setAutoCommit(false);
        Store store = over(DSL.using(connection, database.dialect()));
        assertThatExceptionOfType(StorageException.class)
            .isThrownBy(() -> store.appendAll("doc", stream(2)))
            .withMessageContaining("READ COMMITTED");
        connection.rollback();
      }
      assertThat(ids(outside)).isEmpty();
    }
  }

  /** MariaDB's default is a snapshot, taken by the first read: writes look beyond it. */
  @ParameterizedTest
  @EnumSource(names = "MARIADB")
  void writesSeeWhatWasCommittedSinceTheTransactionsFirstRead(Engines engine) throws Exception {
    try (Database database = engine.open(directory)) {
      DSLContext dsl = database.dsl();
      Store outside = open(dsl);
      outside.appendAll("doc", stream(2));
      Head before = outside.head("doc");
      dsl.transaction(c -> {
        Store store = over(DSL.using(c));
        assertThat(load(store, "doc")).isEqualTo(stream(2));
        outside.append("doc", entry(2));
        assertThat(load(store, "doc")).as("the snapshot").isEqualTo(stream(2));
        assertThatExceptionOfType(HeadConflictException.class)
            .isThrownBy(() -> store.append("doc", entry(9), before));
        store.append("doc", entry(3));
        assertThat(load(store, "doc")).as("what is written upon").isEqualTo(stream(4));
      });
      assertThat(load(outside, "doc")).isEqualTo(stream(4));
    }
  }

  @ParameterizedTest
  @EnumSource(names = "MARIADB")
  void writesBesideASnapshotAreNotMixedWithIt(Engines engine) throws Exception {
    try (Database database = engine.open(directory)) {
      DSLContext dsl = database.dsl();
      Store outside = open(dsl);
      outside.appendAll("doc", stream(6));
      dsl.transaction(c -> {
        Store store = over(DSL.using(c));
        assertThat(load(store, "doc")).isEqualTo(stream(6));
        outside.replace("doc", List.of(StoreRecord.meta(Samples.meta("other")), entry(9)));
        store.append("doc", entry(10));
        List<StoreRecord> expected =
            List.of(StoreRecord.meta(Samples.meta("other")), entry(9), entry(10));
        assertThat(load(store, "doc")).isEqualTo(expected);
        assertThat(store.currentMeta("doc")).contains(Samples.meta("other"));
        Head head = store.head("doc");
        assertThat(store.append("doc", entry(11), head)).isNotEqualTo(head);
      });
      assertThat(load(outside, "doc")).hasSize(4);
    }
  }

  @ParameterizedTest
  @EnumSource
  void recordsOfARunningWriteMustNotReadFromTheStore(Engines engine) throws Exception {
    try (Database database = engine.open(directory)) {
      DSLContext dsl = database.dsl();
      Store outside = open(dsl);
      dsl.transaction(c -> {
        Store store = over(DSL.using(c));
        store.appendAll("doc", stream(2));
        assertThatIllegalStateException()
            .isThrownBy(() -> store.appendAll("doc", () -> store.loadAll("doc")));
      });
      assertThat(load(outside, "doc")).isEqualTo(stream(2));
    }
  }
}
