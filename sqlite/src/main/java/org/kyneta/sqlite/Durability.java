package org.kyneta.sqlite;

/** When a write counts as stored. */
public enum Durability {
  /**
   * Once it has reached the disk: the log is synchronised before a write returns. What has returned
   * survives the death of the process, of the system, and power loss.
   */
  FULL,

  /**
   * Once it has reached the operating system. What has returned survives the death of the process.
   * Power loss and the death of the system may take the last moments; what is left is a consistent
   * earlier state, never a damaged one.
   */
  NORMAL
}
