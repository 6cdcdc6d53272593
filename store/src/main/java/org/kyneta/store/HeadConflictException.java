package org.kyneta.store;

import java.io.Serial;

/** A document's stream is not in the state that the caller expected. Nothing was written. */
public final class HeadConflictException extends StoreException {

  @Serial private static final long serialVersionUID = 1;

  private final String docId;
  private final Head expected;
  private final Head actual;

  /**
   * Makes an exception.
   *
   * @param docId the document
   * @param expected the head that the caller expected
   * @param actual the head that the stream has
   */
  public HeadConflictException(String docId, Head expected, Head actual) {
    super(
        "document %s: expected head %s, found %s".formatted(DocIds.show(docId), expected, actual),
        null);
    this.docId = docId;
    this.expected = expected;
    this.actual = actual;
  }

  /** Returns the document. */
  public String docId() {
    return docId;
  }

  /** Returns the head that the caller expected. */
  public Head expected() {
    return expected;
  }

  /** Returns the head that the stream had when this was found. */
  public Head actual() {
    return actual;
  }
}
