package org.kyneta.benchmarks;

import org.kyneta.store.Payload;
import org.kyneta.store.StoreRecord;

/**
 * One entry that is written.
 *
 * @param entry the record, for a store
 * @param payload what stands in the column of that name, for statements without a store
 * @param data the bytes
 */
record Update(StoreRecord entry, String payload, byte[] data) {

  /** Makes entry number n: a delta, whose version is its number. */
  static Update of(int n, byte[] data) {
    String version = Integer.toString(n);
    return new Update(
        StoreRecord.entry(Payload.binary(Payload.Kind.SINCE, data), version),
        "{\"kind\":\"since\",\"encoding\":\"binary\",\"version\":\"" + version + "\"}",
        data);
  }
}
