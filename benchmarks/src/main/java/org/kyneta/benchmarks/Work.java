package org.kyneta.benchmarks;

/**
 * What was done.
 *
 * @param operations how many operations
 * @param bytes how many bytes of payload they moved
 */
record Work(long operations, long bytes) {

  static final Work NONE = new Work(0, 0);

  Work plus(Work more) {
    return new Work(operations + more.operations, bytes + more.bytes);
  }
}
