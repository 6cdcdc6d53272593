package org.kyneta.sqlite;

import org.jspecify.annotations.Nullable;

/**
 * What became of a document of a damaged store.
 *
 * @param docId the document
 * @param state whether all of it is there
 * @param records how many records, the first ones, are in the new store
 * @param problem what was wrong behind them, or null
 * @param beyond how many records behind those were found, and left out
 */
public record SalvagedDocument(
    String docId, State state, long records, @Nullable String problem, long beyond) {

  /** Whether all of a document is there. */
  public enum State {
    /** Nothing is missing. */
    WHOLE,
    /** It is as it was after its first records; what came after is lost or was left out. */
    CUT,
    /** All records that were found are there, but more may have followed where damage is. */
    END_UNKNOWN,
    /** Nothing of it is there. */
    LOST
  }
}
