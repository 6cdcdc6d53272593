package org.kyneta.sql;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.kyneta.sql.StoreStatistics.StreamSize;

/**
 * Adds up the sizes of streams, and keeps the largest. Not safe for use by several threads.
 *
 * <p>Streams of one size are kept in the order in which they come.
 */
public final class StreamTally {

  private static final int PROGRESS_STEP = 100;

  private final int largest;
  private final long documents;
  private final Progress progress;
  private final PriorityQueue<StreamSize> top =
      new PriorityQueue<>(Comparator.comparingLong(StreamSize::bytes));
  private long streams;
  private long records;
  private long payloadBytes;
  private long blobBytes;
  private long unverifiedRecords;

  /**
   * Makes an empty one.
   *
   * @param largest how many of the largest streams to keep, at least 0
   * @param documents how many streams there should be, for the progress
   * @param progress is told how many were added
   * @throws IllegalArgumentException if {@code largest} is negative
   */
  public StreamTally(int largest, long documents, Progress progress) {
    if (largest < 0) {
      throw new IllegalArgumentException("expected at least 0 streams, found " + largest);
    }
    this.largest = largest;
    this.documents = documents;
    this.progress = progress;
  }

  /**
   * Adds a stream.
   *
   * @param docId the document
   * @param count how many records it has
   * @param payload the bytes of their JSON text
   * @param blob the bytes of their blobs
   * @param unverified how many of them carry no checksum
   */
  public void add(String docId, long count, long payload, long blob, long unverified) {
    records += count;
    payloadBytes += payload;
    blobBytes += blob;
    unverifiedRecords += unverified;
    long bytes = payload + blob;
    StreamSize smallest = top.peek();
    if (top.size() < largest || (smallest != null && bytes > smallest.bytes())) {
      top.add(new StreamSize(docId, count, bytes));
      if (top.size() > largest) {
        top.poll();
      }
    }
    if (++streams % PROGRESS_STEP == 0) {
      progress.at(streams, documents);
    }
  }

  /**
   * Returns the sums, with what is known otherwise.
   *
   * @param codec knows the format and the tables
   * @param unverifiedMetadata how many rows of the metadata index carry no checksum
   * @param engine the database system
   * @param databaseBytes the size of the database
   * @param logBytes the size of the log beside it
   */
  public StoreStatistics statistics(
      RowCodec codec,
      long unverifiedMetadata,
      StoreStatistics.Engine engine,
      long databaseBytes,
      long logBytes) {
    return new StoreStatistics(
        codec.format(),
        codec.tables(),
        documents,
        records,
        payloadBytes,
        blobBytes,
        unverifiedRecords,
        unverifiedMetadata,
        top.stream().sorted(Comparator.comparingLong(StreamSize::bytes).reversed()).toList(),
        engine,
        databaseBytes,
        logBytes);
  }
}
