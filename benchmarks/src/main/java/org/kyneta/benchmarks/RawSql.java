package org.kyneta.benchmarks;

import java.util.List;

/** The statements of the store, as those peers execute them that have no store around them. */
final class RawSql {

  static final String BEGIN = "BEGIN IMMEDIATE";
  static final String COMMIT = "COMMIT";

  /** One row if there is metadata, with the last sequence number, -1 without records. */
  static final String LAST_SEQ =
      "SELECT ifnull((SELECT max(seq) FROM kyneta_records WHERE doc_id = ?1), -1)"
          + " FROM kyneta_meta WHERE doc_id = ?1";

  static final String INSERT =
      "INSERT INTO kyneta_records (doc_id, seq, kind, payload, blob, crc32c)"
          + " VALUES (?, ?, ?, ?, ?, ?)";

  static final String LOAD =
      "SELECT seq, kind, payload, blob, crc32c FROM kyneta_records WHERE doc_id = ? ORDER BY seq";

  /** The tables of format 1 as the original makes them, without our column. */
  static final List<String> UNCHECKED_TABLES =
      List.of(
          "CREATE TABLE kyneta_meta (doc_id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID",
          "CREATE TABLE kyneta_records (doc_id TEXT NOT NULL, seq INTEGER NOT NULL,"
              + " kind TEXT NOT NULL, payload TEXT, blob BLOB, PRIMARY KEY (doc_id, seq))"
              + " WITHOUT ROWID");

  private RawSql() {}

  /** What a new connection is set to, as the store does it. */
  static List<String> settings(String sync) {
    return List.of(
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = " + sync,
        "PRAGMA wal_autocheckpoint = 4000");
  }

  static IllegalStateException noMetadata(String docId) {
    return new IllegalStateException("expected metadata of " + docId + ", found none");
  }
}
