package org.kyneta.postgres;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.kyneta.sql.Format;
import org.kyneta.sql.Progress;
import org.kyneta.sql.StoreStatistics;
import org.kyneta.sql.StreamTally;
import org.kyneta.sql.TableNames;

/** Counts what a store holds. */
final class StatisticsReader {

  private final CopyFeed.Owner owner;
  private final Schema schema;
  private final int largest;
  private final Progress progress;

  StatisticsReader(CopyFeed.Owner owner, Schema schema, int largest, Progress progress) {
    this.owner = owner;
    this.schema = schema;
    this.largest = largest;
    this.progress = progress;
  }

  /** The size of a document's stream. */
  private record StreamRow(byte[] docId, long count, long payload, long blob, long unverified) {}

  private static final RowShape<StreamRow> STREAMS =
      new RowShape<>() {
        @Override
        public StreamRow take(CopyRows rows) {
          byte[] id = rows.bytes(1);
          return new StreamRow(
              id == null ? new byte[0] : id,
              rows.integer(2, 0),
              rows.integer(3, 0),
              rows.integer(4, 0),
              rows.integer(5, 0));
        }

        @Override
        public int size(StreamRow row) {
          return 80 + row.docId.length;
        }
      };

  /**
   * Runs it.
   *
   * @param connection a connection within a transaction that has one snapshot
   */
  StoreStatistics run(Connection connection) throws SQLException {
    TableNames tables = schema.codec().tables();
    Format format = schema.codec().format();
    long documents =
        number(connection, "SELECT count(*) FROM " + TableNames.quote(tables.metaIn(format)));
    StreamTally tally = new StreamTally(largest, documents, progress);
    CopyFeed<StreamRow> feed = new CopyFeed<>(owner, connection, sql(), STREAMS);
    try {
      for (List<StreamRow> rows = feed.nextBatch(); !rows.isEmpty(); rows = feed.nextBatch()) {
        for (StreamRow row : rows) {
          String docId = new String(row.docId, StandardCharsets.UTF_8);
          tally.add(docId, row.count, row.payload, row.blob, row.unverified);
        }
      }
    } finally {
      feed.close();
    }
    return tally.statistics(
        schema.codec(),
        documents,
        new StoreStatistics.Engine("PostgreSQL", version(connection), null),
        databaseBytes(connection, tables, format),
        0);
  }

  private String sql() {
    return """
    COPY (
      SELECT doc_id, count(*), coalesce(sum(octet_length(payload)), 0)::bigint,
          coalesce(sum(octet_length(blob)), 0)::bigint, %s
        FROM %s GROUP BY doc_id ORDER BY %s
    ) TO STDOUT (FORMAT binary)\
    """
        .formatted(
            schema.checked() ? "count(*) - count(crc32c)" : "count(*)",
            TableNames.quote(schema.codec().tables().recordsName()),
            schema.checkOrder());
  }

  private static String version(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SHOW server_version");
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      return String.valueOf(rows.getString(1));
    }
  }

  /** A table that is divided has no bytes of its own, but those of its parts. */
  private static long databaseBytes(Connection connection, TableNames tables, Format format)
      throws SQLException {
    List<String> names = new ArrayList<>(List.of(tables.metaIn(format), tables.recordsName()));
    if (format == Format.V2) {
      names.add(tables.markerName());
    }
    long bytes = 0;
    for (String name : names) {
      bytes +=
          number(
              connection,
              """
              SELECT coalesce(
                (SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree(to_regclass(?))),
                pg_total_relation_size(to_regclass(?)), 0)::bigint\
              """,
              TableNames.quote(name),
              TableNames.quote(name));
    }
    return bytes;
  }

  private static long number(Connection connection, String sql, String... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setString(i + 1, parameters[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }
}
