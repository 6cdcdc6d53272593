package org.kyneta.store;

import java.io.Serial;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What is stored is not what a store writes: it was damaged, or written by something else. */
public final class CorruptDataException extends StoreException {

  @Serial private static final long serialVersionUID = 1;

  private final String docId;
  private final String table;
  private final String problem;
  private final long seq;

  /**
   * Makes an exception about a row of a document's stream.
   *
   * @param docId the document
   * @param table the table that holds the row
   * @param seq the row's sequence number
   * @param problem what was expected and what was found, without a payload
   * @param cause what led to it, or null
   */
  public CorruptDataException(
      String docId, String table, long seq, String problem, @Nullable Throwable cause) {
    super(
        "document %s, table %s, seq %d: %s".formatted(DocIds.show(docId), table, seq, problem),
        cause);
    this.docId = docId;
    this.table = table;
    this.problem = problem;
    this.seq = seq;
  }

  /**
   * Makes an exception about a document's row in the metadata index, or about its stream as a
   * whole.
   *
   * @param docId the document
   * @param table the table that holds the row or the stream
   * @param problem what was expected and what was found, without a payload
   * @param cause what led to it, or null
   */
  public CorruptDataException(
      String docId, String table, String problem, @Nullable Throwable cause) {
    super("document %s, table %s: %s".formatted(DocIds.show(docId), table, problem), cause);
    this.docId = docId;
    this.table = table;
    this.problem = problem;
    this.seq = -1;
  }

  /** Returns the document. */
  public String docId() {
    return docId;
  }

  /** Returns the table that holds what is broken. */
  public String table() {
    return table;
  }

  /** Returns what was expected and what was found, without the place. */
  public String problem() {
    return problem;
  }

  /**
   * Returns the sequence number of the broken row; empty if it is not a row of a stream, or has a
   * number below 0, which the message names.
   */
  public OptionalLong seq() {
    return seq < 0 ? OptionalLong.empty() : OptionalLong.of(seq);
  }
}
