package org.kyneta.postgres;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Checksum;
import org.kyneta.sql.TableNames;
import org.kyneta.store.DocIds;

/**
 * The statements of one store. All that name a document name one alone, or several as an array, so
 * that tables which are divided by document touch only the parts that hold them.
 *
 * <p>Every write locks the document's row of the metadata index before anything else, with the
 * weakest lock that excludes another of its kind: readers, and keys that refer to it, do not wait.
 */
final class Statements {

  /** Makes what follows see what was committed before each statement, whatever the default is. */
  static final String READ_COMMITTED = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED;";

  /** Waits for the right to create a document; the parameter is a number made of its id. */
  static final String ADVISORY_LOCK = "SELECT pg_advisory_xact_lock(?)";

  private static final String LOCK = " FOR NO KEY UPDATE OF m";

  /**
   * The checksum of the row after the last one, by {@link Checksum#changesBySeq}; its parameters
   * are the one of number 0, and the changes.
   */
  private static final String CHECKSUM_OF_NEXT =
      IntStream.range(0, Checksum.SEQ_DIGITS)
          .mapToObj(n -> "c[(t.seq + 1 >> %d & 15) + %d]".formatted(4 * n, 16 * n + 1))
          .collect(
              Collectors.joining(
                  " # ", "(SELECT ?::bigint # ", " FROM (SELECT ?::bigint[]) AS p(c))"));

  /** Inserts one row, if the index's row still has an xmin and the last record is the last. */
  final String appendOne;

  /**
   * Inserts one row after the last one, and returns its number and the xmin of the index's row. The
   * end and that xmin are those of the moment at which the statement begins: if the row that it
   * locks then has another, it does nothing.
   */
  final String appendNext;

  /** Inserts rows of several documents, if that is so of all of them. */
  final String appendMany;

  /** Begins a transaction, locks a document's row, and then reads it and the stream's end. */
  final String lock;

  /** Locks a document's row and reads it, within a transaction. */
  final String lockAgain;

  /** Begins a transaction, locks the rows that nobody else has locked, and returns them. */
  final String lockMany;

  /** Reads the rows of documents and the streams' ends. */
  final String readMany;

  final String meta;
  final String insertMeta;
  final String updateMeta;
  final String deleteMeta;
  final String insertRecords;
  final String deleteRecords;

  private final String load;
  private final String list;
  private final String order;

  /**
   * Makes the statements.
   *
   * @param meta the name of the metadata index
   * @param records the name of the records
   * @param checked whether the records have our checksum column
   * @param order the expression that has the order of code points, such as {@code doc_id}
   */
  Statements(String meta, String records, boolean checked, String order) {
    String index = TableNames.quote(meta);
    String rows = TableNames.quote(records);
    String columns = "doc_id, seq, kind, payload, blob" + (checked ? ", crc32c" : "");
    this.order = order;
    String last = lastSeqOf(rows);
    this.appendOne =
        """
        INSERT INTO %s (%s) SELECT m.doc_id, ?, ?, ?, ?%s FROM %s m WHERE m.doc_id = ? AND m.xmin = ?::xid
          AND %s = ?%s SKIP LOCKED\
        """
            .formatted(rows, columns, checked ? ", ?::bigint" : "", index, last, LOCK);
    this.appendNext =
        """
        WITH t AS MATERIALIZED (SELECT m.xmin AS x,
            coalesce((SELECT max(seq) FROM %s r WHERE r.doc_id = m.doc_id), -1) AS seq
            FROM %s m WHERE m.doc_id = ?),
          l AS MATERIALIZED (SELECT m.doc_id, m.xmin AS x FROM %s m WHERE m.doc_id = ?%s SKIP LOCKED)
        INSERT INTO %s (%s) SELECT l.doc_id, t.seq + 1, ?, ?, ?%s
          FROM l JOIN t ON t.x = l.x WHERE t.seq < %d RETURNING seq, (SELECT x::text FROM l)\
        """
            .formatted(
                rows,
                index,
                index,
                LOCK,
                rows,
                columns,
                checked ? ", " + CHECKSUM_OF_NEXT : "",
                Documents.MAX_SEQ);
    String arrays =
        "unnest(?::text[], ?::int[], ?::text[], ?::text[], ?::bytea[]%s) AS r(%s)"
            .formatted(checked ? ", ?::bigint[]" : "", columns);
    this.insertRecords = "INSERT INTO %s (%s) SELECT * FROM %s".formatted(rows, columns, arrays);
    this.appendMany =
        """
        WITH l AS MATERIALIZED (
          SELECT m.doc_id FROM unnest(?::text[], ?::text[], ?::int[]) AS d(doc_id, x, seq)
            JOIN %s m ON m.doc_id = d.doc_id WHERE m.xmin = d.x::xid
            AND %s = d.seq
            ORDER BY m.doc_id%s SKIP LOCKED)
        INSERT INTO %s (%s) SELECT r.* FROM %s WHERE (SELECT count(*) FROM l) = ?\
        """
            .formatted(index, last, LOCK, rows, columns, arrays);
    String lockOne = "SELECT 1 FROM %s m WHERE m.doc_id = ?%s;".formatted(index, LOCK);
    String readOne =
        "SELECT m.data::text, m.xmin::text, t.seq FROM (SELECT max(seq) AS seq FROM %s WHERE doc_id = ?) t LEFT JOIN %s m ON m.doc_id = ?"
            .formatted(rows, index);
    this.lockAgain = lockOne + readOne;
    this.lock = READ_COMMITTED + lockAgain;
    this.lockMany =
        READ_COMMITTED
            + "SELECT m.doc_id FROM unnest(?::text[]) AS d(doc_id) JOIN %s m ON m.doc_id = d.doc_id ORDER BY m.doc_id%s SKIP LOCKED"
                .formatted(index, LOCK);
    this.readMany =
        """
        SELECT m.doc_id, m.xmin::text, (SELECT max(seq) FROM %s r WHERE r.doc_id = m.doc_id)
          FROM unnest(?::text[]) AS d(doc_id) JOIN %s m ON m.doc_id = d.doc_id\
        """
            .formatted(rows, index);
    this.meta = "SELECT data::text FROM %s WHERE doc_id = ?".formatted(index);
    this.insertMeta =
        "INSERT INTO %s (doc_id, data) VALUES (?, ?::jsonb) RETURNING pg_current_xact_id()::xid::text"
            .formatted(index);
    this.updateMeta =
        "UPDATE %s SET data = ?::jsonb WHERE doc_id = ? RETURNING pg_current_xact_id()::xid::text"
            .formatted(index);
    this.deleteMeta = "DELETE FROM %s WHERE doc_id = ?".formatted(index);
    this.deleteRecords = "DELETE FROM %s WHERE doc_id = ?".formatted(rows);
    this.load =
        "COPY (SELECT seq, kind, payload, blob, %s FROM %s WHERE doc_id = %%s%%s ORDER BY seq) TO STDOUT (FORMAT binary)"
            .formatted(checked ? "crc32c" : "NULL::bigint", rows);
    this.list =
        "COPY (SELECT doc_id FROM %s%%s ORDER BY %s) TO STDOUT (FORMAT binary)"
            .formatted(index, order);
  }

  /**
   * Returns the last number of the stream of {@code m.doc_id}, or null, as an expression. With
   * {@code max} it would be a plan within the plan, which costs the server a fifth of its time for
   * an append.
   */
  static String lastSeqOf(String rows) {
    return "(SELECT r.seq FROM %s r WHERE r.doc_id = m.doc_id ORDER BY r.seq DESC LIMIT 1)"
        .formatted(rows);
  }

  /** Returns what reads a stream from a sequence number on, which COPY takes no parameters for. */
  String load(String docId, long fromSeq) {
    // Without a lower bound a damaged number below 0 is found as well.
    return load.formatted(literal(docId), fromSeq == 0 ? "" : " AND seq >= " + fromSeq);
  }

  /** Returns what lists the ids with a prefix. */
  String list(String prefix) {
    if (prefix.isEmpty()) {
      return list.formatted("");
    }
    Optional<String> end = DocIds.endOfPrefix(prefix);
    String range =
        " WHERE %s >= %s".formatted(order, literal(prefix))
            + end.map(text -> " AND %s < %s".formatted(order, literal(text))).orElse("");
    return list.formatted(range);
  }

  /**
   * Returns a text as an expression in which nothing of it can be taken for SQL, whatever the
   * server's settings for literals are.
   */
  static String literal(String text) {
    String hex = HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    return "convert_from(decode('" + hex + "', 'hex'), 'UTF8')";
  }

  /** Returns the number under which the right to create a document is locked. */
  static long lockKey(@Nullable String table, String docId) {
    return Hashes.first8Bytes(table + '\0' + docId);
  }
}
