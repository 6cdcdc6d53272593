package org.kyneta.relay.replica;

import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.replica.Merge.Doubt;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.StoreRecord.Entry;

/**
 * A document of single values, each with the time at which it was written: of two writes of one
 * value, the later stays.
 *
 * <p>A version says nothing but that two peers with the same one hold the same, so every change
 * makes a new one. It is the time in half milliseconds, always an odd number of them: those that
 * clients make are whole milliseconds, and must never be taken for it, as a peer does not look at
 * an offer of a version that it believes to have.
 */
final class StateReplica implements Replica {

  private final InstantSource clock;
  private final StateTree.Branch tree = new StateTree.Branch();
  private Stamp version = Stamp.ZERO;

  StateReplica(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public String version() {
    return version.text();
  }

  @Override
  public Relation relationTo(String other) throws UnreadableException {
    return Stamp.parse(other).millis() == version.millis() ? Relation.EQUAL : Relation.CONCURRENT;
  }

  @Override
  public Merge merge(Entry offer) throws UnreadableException {
    Stamp.parse(offer.version());
    StateTree.Joined joined = tree.join(read(offer));
    if (joined == StateTree.Joined.UNCHANGED) {
      return new Merge.Unchanged(false);
    }
    makeVersion();
    return learned(joined);
  }

  private void makeVersion() {
    long millis = Math.max(clock.millis(), (long) version.millis() + 1);
    version = new Stamp(millis + 0.5, millis + ".5");
  }

  private Merge learned(StateTree.Joined joined) {
    Entry learnt = entry();
    // Two writers of one time take over the other's value each, and this is the one that came last.
    Doubt doubt = joined == StateTree.Joined.REWRITTEN ? Doubt.ALL : Doubt.NONE;
    return new Merge.Learned(learnt, true, learnt, false, doubt);
  }

  /** Takes the stored version over: a client may go from one relay to another with it. */
  @Override
  public Merge adopt(Entry entry) throws UnreadableException {
    Stamp stored = Stamp.parse(entry.version());
    StateTree.Joined joined = tree.join(read(entry));
    if (stored.isAfter(version)) {
      version = stored;
    } else if (joined != StateTree.Joined.UNCHANGED) {
      makeVersion();
    }
    return joined == StateTree.Joined.UNCHANGED ? new Merge.Unchanged(false) : learned(joined);
  }

  @Override
  public void hydrate(Entry entry) throws UnreadableException {
    Stamp stored = Stamp.parse(entry.version());
    var unused = tree.join(read(entry));
    if (stored.isAfter(version)) {
      version = stored;
    }
  }

  @Override
  public List<Entry> export(@Nullable String other) throws UnreadableException {
    boolean same = other != null && !other.isEmpty() && relationTo(other) == Relation.EQUAL;
    return same || tree.isEmpty() ? List.of() : List.of(entry());
  }

  @Override
  public List<Entry> compacted() {
    return tree.isEmpty() ? List.of() : List.of(entry());
  }

  @Override
  public long footprint() {
    return tree.footprint() + 100;
  }

  private Entry entry() {
    StringBuilder text = new StringBuilder();
    tree.print(text);
    return new Entry(
        Payload.json(Kind.ENTIRETY, text.toString()).withLineage(PlainVersion.GENESIS),
        version.text());
  }

  private static StateTree.Branch read(Entry entry) throws UnreadableException {
    if (entry.payload().kind() != Kind.ENTIRETY) {
      throw new UnreadableException("expected an image, found changes");
    }
    return StateTree.read(JsonInput.text(entry.payload()));
  }
}
