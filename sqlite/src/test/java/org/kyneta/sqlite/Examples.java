package org.kyneta.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
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
}
