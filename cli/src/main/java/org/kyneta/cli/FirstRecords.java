package org.kyneta.cli;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Meta;

/** The first records of a stream, which takes nothing beyond them. */
final class FirstRecords implements Iterator<StoreRecord> {

  private final Iterator<StoreRecord> stream;
  private long left;
  private @Nullable StoreMeta meta;

  FirstRecords(Iterator<StoreRecord> stream, long count) {
    this.stream = stream;
    this.left = count;
  }

  @Override
  public boolean hasNext() {
    return left > 0 && stream.hasNext();
  }

  @Override
  public StoreRecord next() {
    if (left == 0) {
      throw new NoSuchElementException();
    }
    StoreRecord record = stream.next();
    left--;
    if (record instanceof Meta(StoreMeta offered)) {
      meta = offered;
    }
    return record;
  }

  /** Returns the metadata after the records that were taken; empty if none was among them. */
  Optional<StoreMeta> meta() {
    return Optional.ofNullable(meta);
  }
}
