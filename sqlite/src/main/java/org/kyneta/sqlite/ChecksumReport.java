package org.kyneta.sqlite;

/**
 * What was done about rows without a checksum.
 *
 * @param records how many records there are
 * @param documents how many rows the metadata index has
 * @param recordsGiven how many records were given a checksum, or would be
 * @param documentsGiven how many rows of the metadata index were
 * @param recordsWithout how many records are left without one
 * @param documentsWithout how many rows of the metadata index are
 * @param errors how many findings are errors; rows that had a checksum already are among them
 */
public record ChecksumReport(
    long records,
    long documents,
    long recordsGiven,
    long documentsGiven,
    long recordsWithout,
    long documentsWithout,
    long errors) {

  /** Whether rows are written. */
  public enum Mode {
    /** Rows are given their checksums. */
    WRITE,
    /** Nothing is changed; the report says what would be. */
    DRY_RUN
  }

  /** Returns whether nothing damaged was found. */
  public boolean isSound() {
    return errors == 0;
  }
}
