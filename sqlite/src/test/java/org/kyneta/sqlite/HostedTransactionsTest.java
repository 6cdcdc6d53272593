package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.kyneta.sqlite.Databases.entry;
import static org.kyneta.sqlite.Databases.load;
import static org.kyneta.sqlite.Databases.stream;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.sql.Progress;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.RecordRejectedException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.KeyHolder;
import org.springframework.transaction.support.TransactionTemplate;
import org.sqlite.JDBC;

/** A store within the transactions of somebody else, here of Spring's transaction manager. */
class HostedTransactionsTest {

  @TempDir private Path directory;
  private Path file;
  private SingleConnectionDataSource dataSource;
  private TransactionTemplate transactions;
  private JdbcSqliteAdapter adapter;
  private SqliteStore store;

  private static Connection connect(Path file, String mode) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("transaction_mode", mode);
    return new JDBC().connect("jdbc:sqlite:" + file, properties);
  }

  @BeforeEach
  void open() throws SQLException {
    file = directory.resolve("store.db");
    dataSource = new SingleConnectionDataSource(connect(file, "IMMEDIATE"), true);
    transactions = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
    adapter = JdbcSqliteAdapter.hosted(dataSource.getConnection());
    store = Objects.requireNonNull(transactions.execute(status -> SqliteStore.over(adapter)));
  }

  @AfterEach
  void close() {
    store.close();
    adapter.close();
    dataSource.destroy();
  }

  @Test
  void whatTheHostCommitsIsStored() {
    transactions.executeWithoutResult(status -> store.appendAll("doc", stream(3)));
    assertThat(load(store, "doc")).isEqualTo(stream(3));
    try (SqliteStore other = SqliteStore.openReadOnly(file, SqliteOptions.DEFAULT)) {
      assertThat(load(other, "doc")).isEqualTo(stream(3));
    }
  }

  @Test
  void whatTheHostRollsBackIsGone() {
    transactions.executeWithoutResult(status -> store.appendAll("doc", stream(3)));
    transactions.executeWithoutResult(status -> {
      store.append("doc", entry(4));
      store.replace("other", stream(1));
      assertThat(load(store, "doc")).isEqualTo(stream(4));
      status.setRollbackOnly();
    });
    assertThat(load(store, "doc")).isEqualTo(stream(3));
    assertThat(Databases.list(store, "")).containsExactly("doc");
    transactions.executeWithoutResult(status -> store.append("doc", entry(4)));
    assertThat(load(store, "doc")).isEqualTo(stream(4));
    assertThat(store.verify(finding -> {}, Progress.NONE).isSound()).isTrue();
  }

  @Test
  void aWriteThatFailsLeavesNothingBehindInATransactionThatGoesOn() {
    transactions.executeWithoutResult(status -> {
      store.appendAll("doc", stream(2));
      assertThatExceptionOfType(RecordRejectedException.class)
          .isThrownBy(() -> store.replace("doc", stream(3).subList(1, 3)));
      store.append("doc", entry(3));
    });
    assertThat(load(store, "doc")).isEqualTo(stream(3));
  }

  @Test
  void aCursorKeepsItsMomentOverTheHostsRollback() {
    transactions.executeWithoutResult(status -> store.appendAll("doc", stream(2_000)));
    try (RecordCursor cursor = store.loadAll("doc")) {
      cursor.next();
      transactions.executeWithoutResult(status -> {
        store.delete("doc");
        status.setRollbackOnly();
      });
      assertThat(cursor.stream().toList()).isEqualTo(stream(2_000).subList(1, 2_001));
    }
  }

  @Test
  void theHostGetsItsGeneratedKeysAllTheWhile() {
    transactions.executeWithoutResult(status -> {
      store.appendAll("doc", stream(1));
      JdbcClient client = JdbcClient.create(dataSource);
      client.sql("CREATE TABLE app (id INTEGER PRIMARY KEY, name TEXT)").update();
      KeyHolder key = new GeneratedKeyHolder();
      client.sql("INSERT INTO app (name) VALUES ('x')").update(key);
      assertThat(key.getKey()).isEqualTo(1);
    });
    assertThat(load(store, "doc")).isEqualTo(stream(1));
  }

  @Test
  void aMissingTransactionIsDiagnosed() {
    assertThatIllegalStateException()
        .isThrownBy(() -> store.append("doc", entry(1)))
        .withMessageContaining("begin one before writing");
    assertThatIllegalStateException().isThrownBy(() -> SqliteStore.over(adapter));
  }

  @Test
  void aConnectionThatBeginsWithoutTheRightToWriteIsDiagnosed() throws SQLException {
    try (Connection deferred = connect(file, "DEFERRED")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> JdbcSqliteAdapter.hosted(deferred))
          .withMessageContaining("transaction_mode=IMMEDIATE");
    }
  }
}
