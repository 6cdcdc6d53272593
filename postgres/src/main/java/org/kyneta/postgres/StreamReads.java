package org.kyneta.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.IndexReader;
import org.kyneta.sql.RowFeed;
import org.kyneta.sql.StoredRow;
import org.kyneta.sql.StreamCursor;
import org.kyneta.sql.TableNames;
import org.kyneta.store.Position;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StreamView;

/**
 * Streams read together with their positions, of which {@link Tails} says why they can be relied
 * on: a stream's name is the {@code xmin} of its row of the metadata index.
 *
 * <p>It is one statement, and so one snapshot, whose first row stands for the row of the index: its
 * {@code xmin} where a record has its kind, the metadata as its payload, and the last sequence
 * number of all as its checksum.
 */
final class StreamReads {

  private static final long HEADER_SEQ = Integer.MIN_VALUE;

  private final Transactions transactions;
  private final Cursors cursors;
  private final Schema schema;
  private final IndexReader index;
  private final String read;
  private final String tail;

  StreamReads(Transactions transactions, Cursors cursors, Schema schema) {
    this.transactions = transactions;
    this.cursors = cursors;
    this.schema = schema;
    this.index = new IndexReader(schema.codec());
    TableNames tables = schema.codec().tables();
    String meta = TableNames.quote(tables.metaIn(schema.codec().format()));
    String records = TableNames.quote(tables.recordsName());
    this.read =
        """
        COPY (SELECT seq, kind, payload, blob, crc FROM (
          SELECT %d AS seq, m.xmin::text AS kind, m.data::text AS payload, NULL::bytea AS blob,
            (SELECT max(seq) FROM %s WHERE doc_id = %%1$s)::bigint AS crc
            FROM %s m WHERE m.doc_id = %%1$s
          UNION ALL SELECT seq, kind, payload, blob, %s FROM %s WHERE doc_id = %%1$s%%2$s
        ) s ORDER BY seq) TO STDOUT (FORMAT binary)\
        """
            .formatted(
                HEADER_SEQ,
                records,
                meta,
                schema.checked() ? "crc32c::bigint" : "NULL::bigint",
                records);
    this.tail =
        " AND seq > coalesce((SELECT %%s FROM %s m WHERE m.doc_id = %%s AND m.xmin = '%%s'::xid), -1)"
            .formatted(meta);
  }

  StreamView read(String docId, Position known) {
    boolean wanted = isName(known.stream());
    StreamView view = read(docId, known, wanted ? tail(docId, known) : "");
    if (!view.isWhole() && view.end().lastSeq() < known.lastSeq()) {
      // The stream has lost its end, as after a failover: it is not the one that was read.
      view.close();
      return read(docId, Position.ABSENT, "");
    }
    return view;
  }

  private String tail(String docId, Position known) {
    return tail.formatted(known.lastSeq(), Statements.literal(docId), known.stream());
  }

  /** Returns whether a text can be the name of a stream, and stand in a statement. */
  private static boolean isName(String stream) {
    return !stream.isEmpty()
        && stream.length() <= 10
        && stream.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private StreamView read(String docId, Position known, String condition) {
    String sql = read.formatted(Statements.literal(docId), condition);
    CopyFeed<StoredRow> feed = cursors.read(transactions.borrowForCursor(), sql, RowShape.RECORDS);
    boolean sound = false;
    try {
      List<StoredRow> first = feed.nextBatch();
      StoredRow header = first.isEmpty() ? null : first.getFirst();
      if (header == null || header.seq() != HEADER_SEQ) {
        feed.close();
        sound = true;
        return new StreamView(Position.ABSENT, true, null, cursor(docId, Rest.EMPTY, 0));
      }
      String name = Objects.requireNonNull(header.kind());
      boolean isWhole = condition.isEmpty() || !name.equals(known.stream());
      StreamView view =
          new StreamView(
              new Position(name, header.checksum()),
              isWhole,
              meta(docId, header),
              cursor(
                  docId,
                  new Rest(feed, first.subList(1, first.size())),
                  isWhole ? 0 : known.lastSeq() + 1));
      sound = true;
      return view;
    } finally {
      if (!sound) {
        feed.close();
      }
    }
  }

  private StoreMeta meta(String docId, StoredRow header) {
    byte[] data = Objects.requireNonNull(header.payload());
    return index.read(docId, data, StoredRow.NO_CHECKSUM);
  }

  private StreamCursor cursor(String docId, Rest rows, long fromSeq) {
    return new StreamCursor(rows, schema.codec(), docId, fromSeq);
  }

  Map<String, Position> positions(Connection connection, Collection<String> docIds)
      throws SQLException {
    Map<String, Position> positions = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(schema.statements().readMany)) {
      statement.setArray(1, connection.createArrayOf("text", docIds.toArray()));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          long seq = rows.getLong(3);
          positions.put(
              rows.getString(1), new Position(rows.getString(2), rows.wasNull() ? -1 : seq));
        }
      }
    }
    return positions;
  }

  /** The rows of a feed whose first batch was begun. */
  private static final class Rest implements RowFeed<StoredRow> {

    static final Rest EMPTY = new Rest(null, List.of());

    private final @Nullable CopyFeed<StoredRow> feed;
    private List<StoredRow> begun;

    Rest(@Nullable CopyFeed<StoredRow> feed, List<StoredRow> begun) {
      this.feed = feed;
      this.begun = begun;
    }

    @Override
    public List<StoredRow> nextBatch() {
      List<StoredRow> batch = begun;
      begun = List.of();
      return !batch.isEmpty() || feed == null ? batch : feed.nextBatch();
    }

    @Override
    public boolean isOpen() {
      return feed != null && feed.isOpen();
    }

    @Override
    public void requireOpen() {
      if (feed != null) {
        feed.requireOpen();
      }
    }

    @Override
    public void close() {
      if (feed != null) {
        feed.close();
      }
    }

    @Override
    public void run() {
      if (feed != null) {
        feed.run();
      }
    }
  }
}
