package org.kyneta.sql;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
 * @param engine the database system
 * @param databaseBytes the bytes that a database which is a file has, without its log, or else that
 *     the store's tables and their indexes have
 * @param logBytes the bytes of the log beside a file, 0 if there is none
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
    Engine engine,
    long databaseBytes,
    long logBytes) {

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

  /**
   * A database system.
   *
   * @param name what it is called, such as {@code SQLite}
   * @param version its version, such as {@code 3.54.1}
   * @param journalMode how it keeps its log, such as {@code wal}, or null if it has but one way
   */
  public record Engine(String name, String version, @Nullable String journalMode) {

    /** Checks that there is a name and a version. */
    public Engine {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(version, "version");
    }

    /** Returns all of it in words, such as {@code SQLite 3.54.1, journal mode wal}. */
    @Override
    public String toString() {
      return name + " " + version + (journalMode == null ? "" : ", journal mode " + journalMode);
    }
  }
}
