package org.kyneta.sql;

/** Is told now and then how far a long operation has come, by the thread that does it. */
@FunctionalInterface
public interface Progress {

  /** Nobody wants to know. */
  Progress NONE = (done, total) -> {};

  /**
   * Takes note. What it throws stops the operation.
   *
   * @param done how many steps are done, at least 0
   * @param total how many there are, or -1 if that is not known
   */
  void at(long done, long total);
}
