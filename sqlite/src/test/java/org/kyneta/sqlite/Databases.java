package org.kyneta.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.Store;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;
import org.sqlite.JDBC;

/** Databases as others write and read them, through plain JDBC, and records to put into them. */
final class Databases {

  static final StoreMeta META =
      StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "00ab");

  static final String FORMAT_1_DDL =
      """
      CREATE TABLE kyneta_meta (doc_id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE kyneta_records (doc_id TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL,
        payload TEXT, blob BLOB, PRIMARY KEY (doc_id, seq)) WITHOUT ROWID;
      """;

  static final String FORMAT_2_DDL =
      FORMAT_1_DDL.replace("kyneta_meta", "kyneta_doc_meta")
          + "CREATE TABLE kyneta_store_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)"
          + " WITHOUT ROWID;";

  private Databases() {}

  static Connection connect(Path path) throws SQLException {
    return connect("jdbc:sqlite:" + path);
  }

  /** Connects through sqlite-jdbc: a driver manager takes whatever other driver came first. */
  static Connection connect(String address) throws SQLException {
    return new JDBC().connect(address, new Properties());
  }

  /** Runs statements that are separated by semicolons. */
  static void run(Path path, String script) throws SQLException {
    try (Connection connection = connect(path);
        Statement statement = connection.createStatement()) {
      for (String sql : script.split(";\\s*", -1)) {
        if (!sql.isBlank()) {
          statement.execute(sql);
        }
      }
    }
  }

  /** Returns the rows of a query, their columns separated by bars. */
  static List<String> query(Path path, String sql) throws SQLException {
    try (Connection connection = connect(path);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> lines = new ArrayList<>();
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          values.add(String.valueOf(rows.getString(i)));
        }
        lines.add(String.join("|", values));
      }
      return lines;
    }
  }

  static StoreRecord entry(int number) {
    return entry(number, 16);
  }

  static StoreRecord entry(int number, int bytes) {
    byte[] data = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      data[i] = (byte) (number * 31 + i);
    }
    return StoreRecord.entry(Payload.binary(Kind.SINCE, data), Integer.toString(number));
  }

  /** Returns metadata and entries numbered from 1. */
  static List<StoreRecord> stream(int entries) {
    List<StoreRecord> records = new ArrayList<>();
    records.add(StoreRecord.meta(META));
    for (int i = 1; i <= entries; i++) {
      records.add(entry(i));
    }
    return records;
  }

  static List<StoreRecord> load(Store store, String docId) {
    try (RecordCursor cursor = store.loadAll(docId)) {
      return cursor.stream().toList();
    }
  }

  static List<String> list(Store store, String prefix) {
    try (var cursor = store.listDocIds(prefix)) {
      return cursor.stream().toList();
    }
  }
}
