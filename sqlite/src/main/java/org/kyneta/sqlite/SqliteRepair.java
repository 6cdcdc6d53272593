package org.kyneta.sqlite;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.kyneta.sql.Finding;
import org.kyneta.sql.Progress;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.StorageException;

/** What is done to a store's file as a whole when rows cannot be trusted. */
public final class SqliteRepair {

  private SqliteRepair() {}

  /**
   * Gives the rows of a file that carry no checksum, as those of the JavaScript store, one each;
   * tables without the column for it get that first. A row is given a checksum only if it can be
   * read, keeps the rules for streams, and none is missing before it; other rows are named and left
   * without. Rows that carry a checksum are checked, and stay as they are.
   *
   * <p>It is done in many transactions, between which others write: of a thousand records, and on
   * to the end of a document. Ended early it can be called again, and goes on where it was.
   *
   * @param path the file
   * @param options how it is opened, and with which tables
   * @param mode whether to write
   * @param findings is given what is wrong, as it is found
   * @param progress is told how many records were looked at
   * @return what was done, or would be
   * @throws IncompatibleFormatException if there is no store
   * @throws StorageException if the file cannot be read or written, or is to be written and has
   *     other names as well (hard links)
   */
  public static ChecksumReport addChecksums(
      Path path,
      SqliteOptions options,
      ChecksumReport.Mode mode,
      Consumer<Finding> findings,
      Progress progress) {
    return Checksummer.run(path, options, mode, findings, progress);
  }

  /**
   * Brings whatever can be read of a damaged file's store into a new file. Broken pages, rows and
   * metadata, a lost beginning and an unfinished end are passed over; a record that carries a
   * checksum is taken only if it holds. Of a document in the middle of which something is missing,
   * the records before that are kept. Other tables of the file are not.
   *
   * <p>Beside the new store is a report, {@code NAME.salvage.jsonl}: a line for each document that
   * is not whole, and one for all. The damaged file is only read, and by Java: nobody may have it
   * open. It takes time in proportion to the file, memory for the largest record, and disk space
   * for the records twice.
   *
   * @param damaged the damaged file
   * @param target a file that does not exist, beside which there is no report either
   * @param options which tables the store has, and through which SQLite library the new file is
   *     written; the damaged one must not be encrypted
   * @param told is given each document that is not whole, in the order of their ids
   * @param progress is told how many records were found
   * @return what was found
   * @throws StorageBusyException if somebody has the damaged file open
   * @throws IncompatibleFormatException if nothing of a store can be found in it
   * @throws StorageException if a file cannot be read or written, or the target exists
   */
  public static SalvageReport salvage(
      Path damaged,
      Path target,
      SqliteOptions options,
      Consumer<SalvagedDocument> told,
      Progress progress) {
    return Salvage.run(damaged, target, options, told, progress);
  }

  /** Returns where the report of a store is that was salvaged into a file. */
  public static Path reportOf(Path target) {
    return Salvage.report(target.toAbsolutePath());
  }
}
