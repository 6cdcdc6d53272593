package org.kyneta.sql;

/**
 * What a verification has gone through.
 *
 * @param documents how many documents have metadata
 * @param records how many records there are
 * @param unverifiedRecords how many records carry no checksum, since something else wrote them
 * @param unverifiedMetadata how many rows of the metadata index carry none
 * @param errors how many findings were errors
 * @param notes how many were notes
 */
public record VerificationReport(
    long documents,
    long records,
    long unverifiedRecords,
    long unverifiedMetadata,
    long errors,
    long notes) {

  /** Returns whether nothing was found to be wrong. */
  public boolean isSound() {
    return errors == 0;
  }
}
