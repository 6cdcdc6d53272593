package org.kyneta.relay.document;

import org.kyneta.store.DocIds;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Text;
import org.kyneta.store.StoreRecord.Entry;

/** How much a document's stream has grown since it was whole images only. */
final class Growth {

  private long snapshotBytes;
  private long entries;
  private long bytes;

  /** Begins anew with an empty stream, or one whose images have a size in bytes. */
  void restart(long sizeOfImages) {
    snapshotBytes = sizeOfImages;
    entries = 0;
    bytes = 0;
  }

  /** Counts an entry that was read; the first is taken for the image that others follow. */
  void read(Entry entry, boolean first) {
    if (first) {
      restart(size(entry));
    } else {
      written(entry);
    }
  }

  /** Counts an entry that was added. */
  void written(Entry entry) {
    entries++;
    bytes += size(entry);
  }

  /**
   * Returns whether it is time to compact. To rewrite a large image for every few small entries
   * would cost more than it saves, so they must amount to something against it.
   */
  boolean calls(CompactionPolicy policy, boolean imagesOnly) {
    if (imagesOnly) {
      return entries >= policy.images();
    }
    return (entries >= policy.entries() && bytes >= snapshotBytes / 4)
        || bytes >= Math.max(policy.bytes(), snapshotBytes);
  }

  /** Returns the size of an entry's payload in bytes. */
  static long size(Entry entry) {
    return switch (entry.payload().data()) {
      case Text(String text) -> DocIds.utf8Length(text);
      case Bytes(byte[] data) -> data.length;
    };
  }
}
