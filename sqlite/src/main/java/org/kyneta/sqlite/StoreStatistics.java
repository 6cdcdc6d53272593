package org.kyneta.sqlite;

import java.util.List;
import org.kyneta.sql.Format;
import org.kyneta.sql.TableNames;

/**
 * What a store holds, at one moment.
 *
 * @param format the format
 * @param tables the names of the tables
 * @param documents how many documents have metadata
 * @param records how many records there are
 * @param payloadBytes the bytes of all records' JSON text in UTF-8
 * @param blobBytes the bytes of all records' blobs
 * @param unverifiedRecords how many records carry no checksum
 * @param unverifiedMetadata how many rows of the metadata index carry none
 * @param largest the largest streams, the largest first
 * @param sqliteVersion the version of the SQLite library
 * @param journalMode SQLite's journal mode, such as {@code wal}
 * @param fileBytes the size of the database in bytes, without its log
 * @param walBytes the size of the log beside it in bytes, 0 if there is none
 */
public record StoreStatistics(
    Format format,
    TableNames tables,
    long documents,
    long records,
    long payloadBytes,
    long blobBytes,
    long unverifiedRecords,
    long unverifiedMetadata,
    List<StreamSize> largest,
    String sqliteVersion,
    String journalMode,
    long fileBytes,
    long walBytes) {

  /** Copies the list. */
  public StoreStatistics {
    largest = List.copyOf(largest);
  }

  /**
   * The size of one document's stream.
   *
   * @param docId the document
   * @param records how many records it has
   * @param bytes the bytes of their JSON text and blobs
   */
  public record StreamSize(String docId, long records, long bytes) {}
}
