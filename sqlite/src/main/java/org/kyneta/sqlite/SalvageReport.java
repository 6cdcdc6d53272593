package org.kyneta.sqlite;

import java.util.List;
import org.kyneta.sql.Format;

/**
 * What was salvaged from a damaged store.
 *
 * @param format the format of the store, and of the new one
 * @param whole how many documents are whole
 * @param cut how many are as they were after their first records
 * @param endUnknown of how many it is unknown whether more records followed
 * @param lost how many that are known by name are not there at all
 * @param records how many records are in the new store
 * @param unverifiedRecords how many of them carry no checksum, and had none
 * @param beyond how many records were found, and left out since one before them is missing
 * @param maybeUnnamed whether there may have been documents of which not even the name was found
 * @param notes what is wrong with the file as a whole
 */
public record SalvageReport(
    Format format,
    long whole,
    long cut,
    long endUnknown,
    long lost,
    long records,
    long unverifiedRecords,
    long beyond,
    boolean maybeUnnamed,
    List<String> notes) {

  /** Returns whether everything that was in the store is in the new one. */
  public boolean isWhole() {
    return cut == 0 && endUnknown == 0 && lost == 0 && !maybeUnnamed && notes.isEmpty();
  }
}
