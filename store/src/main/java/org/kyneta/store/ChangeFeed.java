package org.kyneta.store;

/**
 * What the users of one database tell each other about the documents that they have written to.
 *
 * <p>It is quick, and not certain: what was written by somebody who died before saying so, or by
 * somebody who does not take part, is found by comparing {@link SharedStore#positions positions}
 * now and then. Safe for use by several threads.
 */
public interface ChangeFeed extends AutoCloseable {

  /** Who is told of the changes of others; called by one thread at a time, and must not block. */
  interface Listener {

    /**
     * Somebody else has written to a document.
     *
     * @param docId the document, which may have been deleted
     * @param position a position that its stream has reached; it may have been read already
     */
    void changed(String docId, Position position);

    /** Changes may have been missed, of any document: the feed was interrupted. */
    void mayHaveMissed();
  }

  /**
   * Tells all others that a document was written to, soon. Must be called once the write is
   * committed. It does not block, and never fails: what cannot be told is found otherwise.
   *
   * @param docId the document
   * @param position the position after the write
   */
  void publish(String docId, Position position);

  /** Tells what waits to be told, and ends the feed. Doing so again does nothing. */
  @Override
  void close();
}
