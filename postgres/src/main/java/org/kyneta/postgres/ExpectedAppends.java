package org.kyneta.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Row;
import org.kyneta.sql.TableNames;
import org.kyneta.sql.WritePlan;
import org.kyneta.sql.WriteQueue;
import org.kyneta.store.Limits;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.Position;
import org.kyneta.store.StoreException;

/**
 * Appends of several callers to streams that must end where each expects, in one statement.
 *
 * <p>The statement takes the documents whose stream ends so and which nobody has locked, locks
 * them, and inserts their rows; the others stay as they are. Whoever appends after the statement's
 * snapshot and before its lock has taken the next number: the primary key says so, nothing is done,
 * and the next attempt sees it.
 */
final class ExpectedAppends {

  private static final int WAITING = 4_096;
  private static final int LARGEST_BATCH = 512;
  private static final int MOST_ATTEMPTS = 4;

  private final WriteQueue<ExpectedAppend> queue = new WriteQueue<>(WAITING, LARGEST_BATCH);
  private final Transactions transactions;
  private final Schema schema;
  private final Limits limits;
  private final String insert;

  ExpectedAppends(Transactions transactions, Schema schema, Limits limits) {
    this.transactions = transactions;
    this.schema = schema;
    this.limits = limits;
    TableNames tables = schema.codec().tables();
    String meta = TableNames.quote(tables.metaIn(schema.codec().format()));
    String records = TableNames.quote(tables.recordsName());
    String columns = "doc_id, seq, kind, payload, blob" + (schema.checked() ? ", crc32c" : "");
    this.insert =
        """
        WITH l AS MATERIALIZED (
          SELECT m.doc_id FROM unnest(?::text[], ?::text[], ?::int[]) AS d(doc_id, x, seq)
            JOIN %1$s m ON m.doc_id = d.doc_id
            WHERE m.xmin = d.x::xid
              AND coalesce(%5$s, -1) = d.seq
            ORDER BY m.doc_id FOR NO KEY UPDATE OF m SKIP LOCKED)
        INSERT INTO %2$s (%3$s)
          SELECT r.* FROM unnest(?::text[], ?::int[], ?::text[], ?::text[], ?::bytea[]%4$s) AS r(%3$s)
            WHERE r.doc_id IN (SELECT doc_id FROM l)
          RETURNING doc_id\
        """
            .formatted(
                meta,
                records,
                columns,
                schema.checked() ? ", ?::bigint[]" : "",
                Statements.lastSeqOf(records));
  }

  /** Does an append together with those that wait; it may be handed back undone. */
  void append(ExpectedAppend append) {
    boolean interrupted = Thread.interrupted();
    try {
      queue.combine(append, this::run);
    } finally {
      Transactions.restore(interrupted);
    }
    append.throwIfFailed();
  }

  private void run(List<ExpectedAppend> appends) {
    try {
      Map<String, ExpectedAppend> planned = new LinkedHashMap<>();
      Batch rows = new Batch(schema.checked());
      for (ExpectedAppend append : appends) {
        // Of two that expect the same end, one is done, and the other finds that it has moved.
        if (!planned.containsKey(append.docId()) && plan(append, rows)) {
          planned.put(append.docId(), append);
        }
      }
      for (int attempt = 1; attempt <= MOST_ATTEMPTS && !planned.isEmpty(); attempt++) {
        if (transactions.single(work -> insert(work.connection(), planned, rows))) {
          return;
        }
      }
    } catch (SQLException e) {
      appends.forEach(append -> append.fail(Failures.fromCommit(append.docId(), "append", e)));
    } catch (RuntimeException | Error e) {
      appends.forEach(append -> append.fail(e));
    }
  }

  /** Adds an append's rows; what is refused fails it alone. */
  private boolean plan(ExpectedAppend append, Batch rows) {
    String docId = append.docId();
    try {
      WritePlan plan =
          WritePlan.appendEntries(
              schema.codec(), limits, docId, append.expected().lastSeq(), Documents.MAX_SEQ);
      List<Row> planned = new ArrayList<>(append.records().size());
      append.records().forEach(record -> planned.add(plan.next(record)));
      planned.forEach(row -> rows.add(docId, row));
      return true;
    } catch (StoreException e) {
      append.fail(e);
      return false;
    }
  }

  /** Inserts; returns false if it did nothing, and may do something the next time. */
  private boolean insert(Connection connection, Map<String, ExpectedAppend> appends, Batch rows)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(insert)) {
      statement.setArray(
          1, connection.createArrayOf("text", appends.keySet().toArray(String[]::new)));
      List<Position> expected = appends.values().stream().map(ExpectedAppend::expected).toList();
      statement.setArray(
          2,
          connection.createArrayOf(
              "text", expected.stream().map(Position::stream).toArray(String[]::new)));
      statement.setArray(
          3,
          connection.createArrayOf(
              "int4",
              expected.stream().map(at -> Math.toIntExact(at.lastSeq())).toArray(Integer[]::new)));
      rows.bind(statement, 4);
      Set<String> done = new HashSet<>();
      try (ResultSet inserted = statement.executeQuery()) {
        while (inserted.next()) {
          done.add(inserted.getString(1));
        }
      }
      SQLWarning warning = Failures.warning(statement.getWarnings());
      for (ExpectedAppend append : appends.values()) {
        if (done.contains(append.docId())) {
          reached(append, warning);
        }
      }
      return true;
    } catch (SQLException e) {
      if (Failures.isUniqueViolation(e) || Failures.isConflict(e)) {
        return false;
      }
      throw e;
    }
  }

  private static void reached(ExpectedAppend append, @Nullable SQLWarning warning) {
    if (warning != null) {
      append.fail(new OutcomeUnknownException(append.docId(), "append", warning));
    }
    Position before = append.expected();
    append.reach(new Position(before.stream(), before.lastSeq() + append.records().size()));
  }
}
