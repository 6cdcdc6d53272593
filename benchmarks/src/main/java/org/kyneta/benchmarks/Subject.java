package org.kyneta.benchmarks;

/** An open database as rounds use it: by way of the store, or by bare statements. */
interface Subject extends AutoCloseable {

  /** Appends an entry to a document that has metadata; threads may do so at once where they may. */
  void append(String docId, Update update);

  /** Reads a whole stream. */
  Work load(String docId);

  @Override
  void close();
}
