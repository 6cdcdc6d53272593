package org.kyneta.relay.replica;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.StoreRecord.Entry;

/**
 * A plain document whose writers take turns: a history of batches, each known by its number.
 *
 * <p>A batch is taken once, whatever offers it comes in, and only behind the one before it. The
 * first history that is written is the document's: an offer of another one changes nothing, and its
 * peer is answered with an image of this one. What is kept and passed on are the batches as they
 * were written; see {@link PlainState} for those that do not fit the document.
 */
final class PlainReplica implements Replica {

  /** Up to so many bytes, history is worth more than the space that an image would save. */
  private static final int KEPT_HISTORY = 1 << 20;

  private final Dialect dialect;
  private final int keptHistory;
  private History history;

  /** Null once the stored stream has been read. */
  private @Nullable StoredStream stream;

  PlainReplica(Dialect dialect) {
    this(dialect, KEPT_HISTORY);
  }

  /**
   * Makes an empty replica.
   *
   * @param keptHistory how many bytes of batches compaction leaves as they are
   */
  PlainReplica(Dialect dialect, int keptHistory) {
    this.dialect = dialect;
    this.keptHistory = keptHistory;
    history = new History(PlainVersion.initial(dialect));
  }

  @Override
  public String version() {
    return history.version().text();
  }

  @Override
  public Relation relationTo(String version) throws UnreadableException {
    return history.version().relationTo(PlainVersion.parse(version, dialect));
  }

  @Override
  public Merge merge(Entry offer) throws UnreadableException {
    PlainVersion version = PlainVersion.of(offer, dialect);
    String text = JsonInput.text(offer.payload());
    Merge merge =
        switch (offer.payload().kind()) {
          case SINCE -> mergeSince(version, Batches.read(text));
          case ENTIRETY -> mergeEntirety(version, text);
        };
    stream = null;
    return merge;
  }

  private Merge mergeSince(PlainVersion version, List<String> batches) throws UnreadableException {
    long before = version.before(batches.size());
    if (!history.isOf(version) || version.isInitial() || version.count() <= history.count()) {
      return new Merge.Unchanged(false);
    }
    if (before > history.count()) {
      return new Merge.Unchanged(true);
    }
    long had = history.count();
    history.append(version.lineage(), batches.subList((int) (had - before), batches.size()));
    Entry learnt = history.since(had);
    return new Merge.Learned(learnt, false, learnt, false);
  }

  private Merge mergeEntirety(PlainVersion version, String image) throws UnreadableException {
    new PlainState(image);
    if (!history.isOf(version) || version.isInitial() || version.count() <= history.count()) {
      return new Merge.Unchanged(false);
    }
    history = new History(version.lineage(), version.count(), image);
    Entry learnt = history.entirety();
    return new Merge.Learned(learnt, false, learnt, false);
  }

  @Override
  public void hydrate(Entry entry) throws UnreadableException {
    if (stream == null) {
      stream = new StoredStream(dialect, history);
    }
    history = stream.read(entry);
  }

  @Override
  public Merge adopt(Entry stored) throws UnreadableException {
    PlainVersion before = history.version();
    hydrate(stored);
    if (history.version().equals(before)) {
      return new Merge.Unchanged(false);
    }
    boolean follows = before.isInitial() || history.isOf(before);
    long had = before.isInitial() ? 0 : before.count();
    Entry learnt =
        follows && had <= history.count() && history.reachesBackTo(had)
            ? history.since(had)
            : history.entirety();
    return new Merge.Learned(learnt, false, learnt, false);
  }

  @Override
  public List<Entry> export(@Nullable String version) throws UnreadableException {
    stream = null;
    if (version == null || version.isEmpty()) {
      return List.of(history.entirety());
    }
    PlainVersion theirs = PlainVersion.parse(version, dialect);
    return switch (history.version().relationTo(theirs)) {
      case BEHIND, EQUAL -> List.of();
      case CONCURRENT -> List.of(history.entirety());
      case AHEAD -> {
        long count = theirs.isInitial() ? 0 : theirs.count();
        yield List.of(history.reachesBackTo(count) ? history.since(count) : history.entirety());
      }
    };
  }

  @Override
  public List<Entry> compacted() {
    return history.compacted(keptHistory);
  }

  @Override
  public long footprint() {
    return history.footprint();
  }
}
