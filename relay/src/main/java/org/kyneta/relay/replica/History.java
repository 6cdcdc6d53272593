package org.kyneta.relay.replica;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.StoreRecord.Entry;

/**
 * One history of a plain document: an image, and the batches that came after it. What the document
 * looks like is worked out only when somebody needs an image, which most documents never do.
 */
final class History {

  private static final String NOTHING = "{}";

  /** How many bytes of batches are read at once while an image is made. */
  private static final int RUN = 1 << 20;

  /** A document as it was after a number of batches. */
  private record Image(long count, String text, boolean complete) {}

  private String lineage;
  private Image base;
  private BatchLog log = new BatchLog();
  private @Nullable Image latest;

  History(PlainVersion initial) {
    this(initial.lineage(), 0, NOTHING);
  }

  History(String lineage, long count, String image) {
    this.lineage = lineage;
    base = new Image(count, image, true);
  }

  PlainVersion version() {
    return new PlainVersion(lineage, base.count + log.count());
  }

  long count() {
    return base.count + log.count();
  }

  /** Returns the batches after the image. */
  BatchLog log() {
    return log;
  }

  /** Whether there is nothing at all, not even the values that documents begin with. */
  boolean isEmpty() {
    return count() == 0 && base.text.equals(NOTHING);
  }

  /** Whether {@code version} is one of this history, or of any while nothing has been written. */
  boolean isOf(PlainVersion version) {
    return count() == 0 || version.lineage().equals(lineage);
  }

  /** Appends batches that follow what is here, and takes their lineage if there was none. */
  void append(String batchesLineage, List<String> batches) throws UnreadableException {
    log.append(batches);
    if (!batches.isEmpty()) {
      lineage = batchesLineage;
    }
  }

  /** Whether the batches after the first {@code count} are all here. */
  boolean reachesBackTo(long count) {
    return count >= base.count;
  }

  /** Whether this has, at its end, the batches that come after the first {@code before}. */
  boolean hasAfter(long before, List<String> batches) {
    int from = (int) Math.max(-1, before - base.count);
    int to = (int) Math.min(log.count(), (long) from + batches.size());
    return from >= 0 && log.between(from, to).equals(Batches.join(batches.subList(0, to - from)));
  }

  /** Returns the batches after the first {@code count}, which must be at least the image's. */
  Entry since(long count) {
    return entry(Kind.SINCE, log.since((int) (count - base.count)), version());
  }

  /** Returns the document as it is now. */
  Entry entirety() {
    return entry(Kind.ENTIRETY, latest().text, version());
  }

  /**
   * Returns all of this in as few entries as can be: the batches, unless they take more than {@code
   * longest} bytes and an image can tell all that they do.
   */
  List<Entry> compacted(int longest) {
    if (log.size() > longest && latest().complete) {
      return List.of(entirety());
    }
    List<Entry> entries = new ArrayList<>();
    if (base.count > 0 || !base.text.equals(NOTHING)) {
      PlainVersion version =
          base.count > 0 || lineage.isEmpty()
              ? new PlainVersion(lineage, base.count)
              : new PlainVersion(PlainVersion.GENESIS, 0);
      entries.add(entry(Kind.ENTIRETY, base.text, version));
    }
    if (log.count() > 0) {
      entries.add(since(base.count));
    }
    return entries;
  }

  long footprint() {
    Image image = latest;
    return log.footprint()
        + 2L * base.text.length()
        + (image == null ? 0 : 2L * image.text.length())
        + 200;
  }

  /** Returns an entry of this document. */
  static Entry entry(Kind kind, String text, PlainVersion version) {
    return new Entry(
        new Payload(kind, Payload.Encoding.JSON, new Payload.Text(text), version.payloadLineage()),
        version.text());
  }

  private Image latest() {
    Image from = latest == null ? base : latest;
    if (from.count < count()) {
      from = replay(from);
      latest = from;
    }
    return from;
  }

  private Image replay(Image from) {
    try {
      PlainState state = new PlainState(from.text);
      int end = log.count();
      for (int at = (int) (from.count - base.count); at < end; ) {
        int to = log.run(at, RUN);
        state.apply(log.between(at, to));
        at = to;
      }
      return new Image(count(), state.image(), from.complete && state.complete());
    } catch (UnreadableException impossible) {
      // Both the image and the batches have been read before they came here.
      throw new AssertionError(impossible);
    }
  }
}
