package org.kyneta.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.kyneta.store.Head;
import org.kyneta.store.HeadConflictException;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.Store;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.support.TransactionTemplate;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.TransactionMode;

/** The examples of the README and of the javadoc, compiled and run as tests. */
final class Examples {

  private Examples() {}

  static void recordAndLoad(Path file, byte[] update) {
    // @start region="store"
    try (Store store = SqliteStore.open(file)) {
      StoreMeta meta = StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "");
      store.append("notes/1", StoreRecord.meta(meta));
      store.append("notes/1", StoreRecord.entry(Payload.binary(Kind.SINCE, update), "1"));
      try (RecordCursor records = store.loadAll("notes/1")) {
        records.forEachRemaining(record -> System.out.println(records.seq() + " " + record));
      }
    }
    // @end
  }

  static boolean compact(Store store, byte[] snapshot, String version) {
    // @start region="compact"
    Head head = store.head("notes/1");
    StoreMeta meta = store.currentMeta("notes/1").orElseThrow();
    StoreRecord whole = StoreRecord.entry(Payload.binary(Kind.ENTIRETY, snapshot), version);
    try {
      store.replace("notes/1", List.of(StoreRecord.meta(meta), whole), head);
      return true;
    } catch (HeadConflictException e) {
      return false; // Somebody has written meanwhile: nothing was replaced.
    }
    // @end
  }

  static void overAConnection(Connection connection) throws SQLException {
    // @start region="over"
    try (JdbcSqliteAdapter adapter = JdbcSqliteAdapter.over(connection);
        Store store = SqliteStore.over(adapter)) {
      store.delete("notes/1");
    }
    connection.close(); // The adapter and the store leave it open.
    // @end
  }

  static SqliteStore tuned(Path file) {
    // @start region="tuned"
    SqliteOptions options =
        SqliteOptions.DEFAULT
            .withDurability(Durability.NORMAL)
            .withBusyTimeout(Duration.ofSeconds(30))
            .withTuning(Tuning.DEFAULT.withCache(64 << 20));
    return SqliteStore.open(file, options);
    // @end
  }

  static void hosted(Path file, StoreRecord meta, StoreRecord entry) throws SQLException {
    // @start region="hosted"
    SQLiteConfig config = new SQLiteConfig();
    config.setTransactionMode(TransactionMode.IMMEDIATE);
    Connection connection = config.createConnection("jdbc:sqlite:" + file);
    var dataSource = new SingleConnectionDataSource(connection, /* suppressClose= */ true);
    var transactions = new TransactionTemplate(new DataSourceTransactionManager(dataSource));

    var adapter = JdbcSqliteAdapter.hosted(connection);
    SqliteStore store = transactions.execute(status -> SqliteStore.over(adapter));
    transactions.executeWithoutResult(status -> {
      store.append("notes/1", meta);
      store.append("notes/1", entry); // Both are stored when Spring commits, or neither.
    });
    // @end
    store.close();
    adapter.close();
    connection.close();
  }

  static long pureJava(StoreRecord meta) throws SQLException {
    // @start region="pureJava"
    var driver = new io.roastedroot.sqlite4j.JDBC();
    try (var connection = driver.connect("jdbc:sqlite::memory:", new Properties());
        var adapter = JdbcSqliteAdapter.over(connection);
        var store = SqliteStore.over(adapter)) {
      store.append("notes/1", meta);
      return store.loadAll("notes/1").stream().count();
    }
    // @end
  }
}
