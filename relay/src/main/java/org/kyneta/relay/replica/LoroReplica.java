package org.kyneta.relay.replica;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.StoreRecord.Entry;

/**
 * A Loro document as the blocks of changes that peers have exported, and as snapshots where a
 * stored document has some.
 *
 * <p>The version of an offer of blocks is not looked at: what is new follows from the blocks. The
 * content of a snapshot is told by its version alone.
 */
final class LoroReplica implements Replica {

  /** An offer has about so many bytes at most: the original gives up messages of 50 MiB. */
  private static final long MOST_EXPORTED = 16 << 20;

  private static final String LINEAGE = "kyneta.genesis";

  private final LoroDocument document = new LoroDocument();

  @Override
  public String version() {
    return document.version().toString();
  }

  @Override
  public Relation relationTo(String other) throws UnreadableException {
    return document.version().relationTo(LoroVersion.parse(other));
  }

  @Override
  public Merge merge(Entry offer) throws UnreadableException {
    byte[] bytes = bytesOf(offer);
    LoroBlob blob = LoroBlob.parse(bytes);
    if (blob.isSnapshot()) {
      return mergeSnapshot(bytes, offer.version());
    }
    List<LoroBlock> blocks = blob.blocks();
    LoroLimits.requireRoom(document, blocks);
    List<LoroBlock> learnt = add(blocks);
    if (learnt.isEmpty()) {
      return new Merge.Unchanged(false);
    }
    boolean incomplete = hasGap(learnt);
    byte[] payload = learnt.size() == blocks.size() ? bytes : LoroBlob.of(learnt);
    Entry stored = new Entry(Payload.binary(Kind.SINCE, payload), version());
    Entry relayed = incomplete ? offerOf(payload, learnt) : stored;
    return new Merge.Learned(stored, false, relayed, incomplete);
  }

  private List<LoroBlock> add(List<LoroBlock> blocks) {
    List<LoroBlock> learnt = new ArrayList<>();
    for (LoroBlock block : blocks) {
      if (document.add(block)) {
        learnt.add(block);
      }
    }
    return learnt;
  }

  private Merge mergeSnapshot(byte[] bytes, String asVersion) throws UnreadableException {
    LoroVersion snapshotVersion = LoroVersion.parse(asVersion);
    if (!document.add(new LoroDocument.Snapshot(bytes, snapshotVersion))) {
      return new Merge.Unchanged(false);
    }
    Payload payload = Payload.binary(Kind.SINCE, bytes);
    return new Merge.Learned(
        new Entry(payload, snapshotVersion.toString()),
        false,
        new Entry(payload, version()),
        false);
  }

  /** Whether one of some blocks begins beyond what is here. */
  private boolean hasGap(List<LoroBlock> blocks) {
    for (LoroBlock block : blocks) {
      if (block.start() > document.version().end(block.peer())) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void hydrate(Entry entry) throws UnreadableException {
    byte[] bytes = bytesOf(entry);
    LoroBlob blob = LoroBlob.parse(bytes);
    if (blob.isSnapshot()) {
      document.add(new LoroDocument.Snapshot(bytes, LoroVersion.parse(entry.version())));
    } else {
      add(blob.blocks());
    }
  }

  private static byte[] bytesOf(Entry entry) throws UnreadableException {
    if (entry.payload().data() instanceof Bytes(byte[] bytes)) {
      return bytes;
    }
    throw new UnreadableException("expected a Loro blob as bytes, found text");
  }

  @Override
  public List<Entry> export(@Nullable String peerVersion) throws UnreadableException {
    if (peerVersion == null || peerVersion.isEmpty()) {
      List<Entry> all = new ArrayList<>(since(new LoroVersion()));
      if (document.snapshots().isEmpty()) {
        all.set(0, entirety(all.getFirst()));
      }
      return all;
    }
    return since(LoroVersion.parse(peerVersion));
  }

  private List<Entry> since(LoroVersion peer) {
    List<Entry> offers = new ArrayList<>();
    for (LoroDocument.Snapshot snapshot : document.snapshots()) {
      if (!peer.covers(snapshot.version())) {
        offers.add(new Entry(Payload.binary(Kind.SINCE, snapshot.bytes()), version()));
      }
    }
    for (List<LoroBlock> blocks : parts(document.since(peer))) {
      offers.add(offerOf(LoroBlob.of(blocks), blocks));
    }
    return offers.isEmpty() ? List.of(offerOf(LoroBlob.of(List.of()), List.of())) : offers;
  }

  /**
   * Makes an offer of blocks. Its version covers those that wait too, or JavaScript would drop it
   * as old where it holds nothing else.
   */
  private Entry offerOf(byte[] payload, List<LoroBlock> blocks) {
    LoroVersion offered = document.version().copy();
    for (LoroBlock block : blocks) {
      offered.raise(block.peer(), block.end());
    }
    return new Entry(Payload.binary(Kind.SINCE, payload), offered.toString());
  }

  /** Returns blocks in parts that are not too large for one offer. */
  private static List<List<LoroBlock>> parts(List<LoroBlock> blocks) {
    List<List<LoroBlock>> parts = new ArrayList<>();
    long size = MOST_EXPORTED;
    for (LoroBlock block : blocks) {
      if (size >= MOST_EXPORTED) {
        parts.add(new ArrayList<>());
        size = 0;
      }
      parts.getLast().add(block);
      size += block.bytes().length;
    }
    return parts;
  }

  private static Entry entirety(Entry entry) {
    Payload payload = entry.payload();
    return new Entry(
        new Payload(Kind.ENTIRETY, payload.encoding(), payload.data(), LINEAGE), entry.version());
  }

  @Override
  public List<Entry> compacted() {
    List<Entry> entries = new ArrayList<>();
    for (LoroDocument.Snapshot snapshot : document.snapshots()) {
      Payload payload = Payload.binary(Kind.SINCE, snapshot.bytes());
      entries.add(new Entry(payload, snapshot.version().toString()));
    }
    for (List<LoroBlock> blocks : parts(document.since(new LoroVersion()))) {
      entries.add(new Entry(Payload.binary(Kind.SINCE, LoroBlob.of(blocks)), version()));
    }
    if (!entries.isEmpty()) {
      entries.set(0, entirety(entries.getFirst()));
    }
    return entries;
  }

  @Override
  public long footprint() {
    return document.footprint();
  }
}
