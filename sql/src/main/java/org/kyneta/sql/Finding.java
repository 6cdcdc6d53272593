package org.kyneta.sql;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.DocIds;

/**
 * Something that a verification has found.
 *
 * @param severity how bad it is
 * @param table the table, or {@code database} for the database as a whole
 * @param docId the document, or null if it is not about one
 * @param seq the record's sequence number, or null if it is not about one record
 * @param problem what was expected and what was found, without a payload
 */
public record Finding(
    Severity severity, String table, @Nullable String docId, @Nullable Long seq, String problem) {

  /** How bad a finding is. */
  public enum Severity {
    /** Something is damaged, lost, or breaks a rule of the contract. */
    ERROR,
    /** Something is unusual, and nothing is known to be lost. */
    NOTE
  }

  /** Returns the finding in one line. */
  @Override
  public String toString() {
    return severity.name().toLowerCase(Locale.ROOT)
        + ": "
        + (docId == null ? "" : "document " + DocIds.show(docId) + ", ")
        + (table.equals("database") ? "" : "table ")
        + table
        + (seq == null ? "" : ", seq " + seq)
        + ": "
        + problem;
  }
}
