package org.kyneta.faults.relay;

import java.io.IOException;
import java.util.Locale;

/**
 * What a relay took at a moment.
 *
 * @param seconds since the load began
 * @param heapBytes what its heap holds after a full collection
 * @param residentBytes the memory of its process
 * @param threads how many the system knows of
 * @param files how many it has open, connections included
 * @param logBytes the size of its file's write-ahead log
 * @param storeBytes the size of its file
 * @param receivedBytes how many bytes it has received until then
 */
record Sample(
    double seconds,
    long heapBytes,
    long residentBytes,
    long threads,
    long files,
    long logBytes,
    long storeBytes,
    long receivedBytes) {

  /** Takes one. */
  static Sample of(Serve relay, Heap heap, long begunNanos) throws IOException {
    double seconds = (System.nanoTime() - begunNanos) / 1e9;
    return new Sample(
        seconds,
        heap.bytes(),
        relay.status("VmRSS") << 10,
        relay.status("Threads"),
        relay.openFiles(),
        relay.fileBytes("-wal"),
        relay.fileBytes(""),
        (long) relay.metric("kyneta_bytes_received_total"));
  }

  /** Returns how many bytes of the file there are for a byte that was received. */
  double storedPerReceived() {
    return (double) storeBytes / Math.max(1, receivedBytes);
  }

  String toJson() {
    return String.format(
        Locale.ROOT,
        "{\"seconds\":%.1f,\"heapBytes\":%d,\"residentBytes\":%d,\"threads\":%d,\"files\":%d,"
            + "\"logBytes\":%d,\"storeBytes\":%d,\"receivedBytes\":%d}",
        seconds,
        heapBytes,
        residentBytes,
        threads,
        files,
        logBytes,
        storeBytes,
        receivedBytes);
  }
}
