package org.kyneta.faults;

import org.jspecify.annotations.Nullable;
import org.kyneta.store.StoreRecord;

/**
 * A record of a stream, as the model knows it.
 *
 * @param number the number by which its contents are found, -1 if they are nobody's
 * @param isMeta whether it is metadata
 * @param foreign what it is, if its contents are not those of its number
 */
record Item(long number, boolean isMeta, @Nullable String foreign) {

  /** Returns an item whose contents are not those that its number, or no number, has. */
  static Item foreign(String number, StoreRecord record) {
    return new Item(
        -1,
        record instanceof StoreRecord.Meta,
        "a record that calls itself %s and has other contents (%08x)"
            .formatted(number, record.hashCode()));
  }

  /** Returns what it is in a few words. */
  @Override
  public String toString() {
    return foreign != null ? foreign : (isMeta ? "metadata " : "entry ") + number;
  }
}
