package org.kyneta.store;

import java.io.Serial;

/**
 * A write was about to be committed, and it was neither confirmed nor refused: it may have been
 * done, whole, or not at all. Repeating it blindly may do it twice.
 *
 * <p>A caller that knew the document's {@link Head} before the write finds out by comparing it with
 * {@link Store#head}: if it is still the same, the write was not done.
 */
public final class OutcomeUnknownException extends StoreException {

  @Serial private static final long serialVersionUID = 1;

  private final String docId;

  /**
   * Makes an exception.
   *
   * @param docId the document that was written to
   * @param operation what was being done, such as {@code append}
   * @param cause what came instead of a confirmation
   */
  public OutcomeUnknownException(String docId, String operation, Throwable cause) {
    super(
        "document %s: %s may or may not have been committed: %s"
            .formatted(DocIds.show(docId), operation, cause.getMessage()),
        cause);
    this.docId = docId;
  }

  /** Returns the document that was written to. */
  public String docId() {
    return docId;
  }
}
