package org.kyneta.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kyneta.postgres.Tails.Tail;
import org.kyneta.sql.Row;
import org.kyneta.sql.RowCodec;
import org.kyneta.sql.WritePlan;
import org.kyneta.sql.WriteQueue;
import org.kyneta.store.Limits;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.StoreException;
import org.kyneta.store.StoreRecord;

/**
 * Appends of several callers in one transaction, and mostly in one statement and one round trip.
 *
 * <p>The statement is made of what is known of the streams' ends. It locks the documents, checks
 * that what is known still holds, and inserts; or does nothing, and then a transaction looks
 * everything up. Where nothing is known, a lone append lets the server look: see {@link
 * NextAppend}. Neither waits for a lock that somebody else holds: such a document's appends are
 * handed back, to be done each by its own caller.
 */
final class SharedAppends {

  /** How many callers may wait before further ones are blocked. */
  private static final int WAITING = 4_096;

  /** How many appends share a transaction at most. */
  private static final int LARGEST_BATCH = 512;

  private final WriteQueue<Append> queue = new WriteQueue<>(WAITING, LARGEST_BATCH);
  private final Transactions transactions;
  private final Schema schema;
  private final RowCodec codec;
  private final Statements statements;
  private final Documents documents;
  private final NextAppend next;
  private final Tails tails;
  private final Limits limits;

  SharedAppends(
      Transactions transactions, Schema schema, Documents documents, Tails tails, Limits limits) {
    this.transactions = transactions;
    this.schema = schema;
    this.codec = schema.codec();
    this.statements = schema.statements();
    this.documents = documents;
    this.next = new NextAppend(schema, limits);
    this.tails = tails;
    this.limits = limits;
  }

  /** Does an append together with those that wait; it may be handed back undone. */
  void append(Append append) {
    boolean interrupted = Thread.interrupted();
    try {
      queue.combine(append, this::run);
    } finally {
      Transactions.restore(interrupted);
    }
    append.throwIfFailed();
  }

  /** The rows of one transaction, and where they leave the streams. */
  private static final class Plan {

    final Batch rows;
    final Map<String, Tail> before = new LinkedHashMap<>();
    final Map<String, Tail> after = new HashMap<>();

    Plan(boolean checked) {
      this.rows = new Batch(checked);
    }

    /** Adds an append to a stream that ends as is known; what is refused fails it alone. */
    void add(Append append, Tail end, RowCodec codec, Limits limits) {
      String docId = append.docId();
      Tail at = after.getOrDefault(docId, end);
      try {
        WritePlan plan =
            WritePlan.appendEntries(codec, limits, docId, at.lastSeq(), Documents.MAX_SEQ);
        List<Row> planned = new ArrayList<>(append.records().size());
        for (StoreRecord record : append.records()) {
          planned.add(plan.next(record));
        }
        planned.forEach(row -> rows.add(docId, row));
        before.putIfAbsent(docId, end);
        Tail reached = at.to(planned.getLast().seq());
        after.put(docId, reached);
        append.reach(reached);
      } catch (StoreException e) {
        append.fail(e);
      }
    }
  }

  private void run(List<Append> appends) {
    try {
      if (!inOneStatement(appends)) {
        lookUp(appends);
      }
    } catch (SQLException e) {
      failAll(appends, e);
    } catch (RuntimeException | Error e) {
      for (Append append : appends) {
        append.fail(e);
      }
    }
  }

  private boolean inOneStatement(List<Append> appends) throws SQLException {
    if (areKnown(appends)) {
      return transactions.single(attempt -> guess(attempt.connection(), appends));
    }
    return NextAppend.isFor(appends)
        && transactions.single(attempt -> follow(attempt.connection(), appends.getFirst()));
  }

  /** Each caller is given an exception of its own, which names its document. */
  private static void failAll(List<Append> appends, SQLException e) {
    for (Append append : appends) {
      append.fail(Failures.fromCommit(append.docId(), "append", e));
    }
  }

  private boolean areKnown(List<Append> appends) {
    for (Append append : appends) {
      Tail tail = tails.find(append.docId());
      if (tail == null || tail.isShared()) {
        return false;
      }
    }
    return true;
  }

  /** Inserts what follows if what is known still holds; returns false if it did nothing. */
  private boolean guess(Connection connection, List<Append> appends) throws SQLException {
    Plan plan = new Plan(schema.checked());
    for (Append append : appends) {
      Tail tail = tails.find(append.docId());
      if (tail == null) {
        return false;
      }
      plan.add(append, tail, codec, limits);
    }
    if (plan.rows.size() == 0) {
      return true;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            plan.rows.size() == 1 ? statements.appendOne : statements.appendMany)) {
      if (plan.rows.size() == 1) {
        bindOne(statement, plan);
      } else {
        bindMany(statement, plan);
      }
      if (statement.executeUpdate() == 0) {
        return false;
      }
      requireReplicated(appends, statement);
      plan.after.forEach(tails::note);
      return true;
    } catch (SQLException e) {
      if (Failures.isUniqueViolation(e) || Failures.isConflict(e)) {
        return false;
      }
      plan.before.keySet().forEach(tails::forget);
      throw e;
    }
  }

  /** Lets the server find where a stream ends; returns false if it did nothing. */
  private boolean follow(Connection connection, Append append) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(statements.appendNext)) {
      Tail after = next.run(statement, append);
      if (after == null) {
        return false;
      }
      requireReplicated(List.of(append), statement);
      append.reach(after);
      String docId = append.docId();
      tails.note(docId, tails.found(docId, after.lastSeq() - 1, after.xmin()).to(after.lastSeq()));
      return true;
    } catch (SQLException e) {
      if (Failures.isUniqueViolation(e) || Failures.isConflict(e)) {
        return false;
      }
      tails.forget(append.docId());
      throw e;
    }
  }

  private static void requireReplicated(List<Append> appends, PreparedStatement statement)
      throws SQLException {
    SQLWarning warning = Failures.warning(statement.getWarnings());
    if (warning != null) {
      for (Append append : appends) {
        append.fail(new OutcomeUnknownException(append.docId(), "append", warning));
      }
    }
  }

  private void bindOne(PreparedStatement statement, Plan plan) throws SQLException {
    Row row = plan.rows.first();
    Map.Entry<String, Tail> only = plan.before.entrySet().iterator().next();
    int parameter = 1;
    statement.setInt(parameter++, Math.toIntExact(row.seq()));
    statement.setString(parameter++, row.kind());
    statement.setString(parameter++, row.payload());
    statement.setBytes(parameter++, row.blob());
    if (schema.checked()) {
      statement.setLong(parameter++, row.checksum());
    }
    statement.setString(parameter++, only.getKey());
    statement.setString(parameter++, only.getValue().xmin());
    statement.setInt(parameter, Math.toIntExact(only.getValue().lastSeq()));
  }

  private static void bindMany(PreparedStatement statement, Plan plan) throws SQLException {
    Connection connection = statement.getConnection();
    String[] docIds = plan.before.keySet().toArray(String[]::new);
    String[] xmins = plan.before.values().stream().map(Tail::xmin).toArray(String[]::new);
    Integer[] lastSeqs =
        plan.before.values().stream()
            .map(tail -> Math.toIntExact(tail.lastSeq()))
            .toArray(Integer[]::new);
    statement.setArray(1, connection.createArrayOf("text", docIds));
    statement.setArray(2, connection.createArrayOf("text", xmins));
    statement.setArray(3, connection.createArrayOf("int4", lastSeqs));
    int parameter = plan.rows.bind(statement, 4);
    statement.setInt(parameter, docIds.length);
  }

  /** Locks what is free, looks up where its streams end, and inserts. */
  private void lookUp(List<Append> appends) {
    Map<String, Tail> after;
    try {
      after =
          transactions.run(
              appends.getFirst().docId(),
              "append",
              attempt -> lookUp(attempt.connection(), appends));
    } catch (OutcomeUnknownException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      for (Append append : appends) {
        if (!append.isAlone()) {
          append.fail(new OutcomeUnknownException(append.docId(), "append", cause));
        }
        tails.forget(append.docId());
      }
      return;
    }
    after.forEach(tails::note);
  }

  private Map<String, Tail> lookUp(Connection connection, List<Append> appends)
      throws SQLException {
    Set<String> wanted = new HashSet<>();
    appends.forEach(append -> wanted.add(append.docId()));
    Map<String, Tail> ends = ends(connection, lockFree(connection, wanted));
    Plan plan = new Plan(schema.checked());
    for (Append append : appends) {
      Tail end = ends.get(append.docId());
      append.setAlone(end == null);
      if (end != null && !append.isFailed()) {
        plan.add(append, end, codec, limits);
      }
    }
    if (plan.rows.size() > 0) {
      documents.insert(connection, plan.rows);
    }
    return plan.after;
  }

  private Set<String> lockFree(Connection connection, Set<String> wanted) throws SQLException {
    Set<String> locked = new HashSet<>();
    try (PreparedStatement statement = connection.prepareStatement(statements.lockMany)) {
      statement.setArray(1, connection.createArrayOf("text", wanted.toArray()));
      statement.execute();
      statement.getMoreResults();
      try (ResultSet rows = statement.getResultSet()) {
        while (rows.next()) {
          locked.add(rows.getString(1));
        }
      }
    }
    return locked;
  }

  private Map<String, Tail> ends(Connection connection, Set<String> locked) throws SQLException {
    Map<String, Tail> ends = new HashMap<>();
    if (locked.isEmpty()) {
      return ends;
    }
    try (PreparedStatement statement = connection.prepareStatement(statements.readMany)) {
      statement.setArray(1, connection.createArrayOf("text", locked.toArray()));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          String docId = rows.getString(1);
          String xmin = rows.getString(2);
          long seq = rows.getLong(3);
          ends.put(docId, tails.found(docId, rows.wasNull() ? -1 : seq, xmin));
        }
      }
    }
    return ends;
  }

  /** Runs what closes a store when all appends before it are done. */
  void close(Runnable rest) {
    queue.<@Nullable Void>alone(() -> {
      rest.run();
      return null;
    });
  }
}
