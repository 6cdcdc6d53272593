package org.kyneta.sqlite;

import java.util.Optional;
import org.kyneta.sql.IdCursor;
import org.kyneta.sql.RowCodec;
import org.kyneta.sql.StoredRow;
import org.kyneta.sql.StreamCursor;
import org.kyneta.store.DocIds;

/** Opens the cursors of one store. Safe for use by several threads. */
final class Cursors {

  private final Connections connections;
  private final RowCodec codec;
  private final Statements statements;

  Cursors(Connections connections, Schema schema) {
    this.connections = connections;
    this.codec = schema.codec();
    this.statements = schema.statements();
  }

  /** Opens one over a document's records from a sequence number on, which is at least 0. */
  StreamCursor records(String docId, long fromSeq) {
    // Without a lower bound a damaged number below 0 is found as well.
    Feed<StoredRow> feed =
        fromSeq == 0
            ? connections.open(statements.load, Statements.id(docId), Shape.RECORDS)
            : connections.open(
                statements.loadFrom,
                p -> {
                  p.text(1, docId);
                  p.integer(2, fromSeq);
                },
                Shape.RECORDS);
    return new StreamCursor(feed, codec, docId, fromSeq);
  }

  /** Opens one over the ids that begin with a prefix, in code-point order. */
  IdCursor ids(String prefix) {
    return new IdCursor(openIds(prefix), codec.tables().metaIn(codec.format()));
  }

  private Feed<byte[]> openIds(String prefix) {
    if (prefix.isEmpty()) {
      return connections.open(statements.list, SqliteAdapter.Binding.NONE, Shape.IDS);
    }
    Optional<String> end = DocIds.endOfPrefix(prefix);
    return connections.open(
        end.isPresent() ? statements.listRange : statements.listFrom,
        p -> {
          p.text(1, prefix);
          if (end.isPresent()) {
            p.text(2, end.get());
          }
        },
        Shape.IDS);
  }
}
