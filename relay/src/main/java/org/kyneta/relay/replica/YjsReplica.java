package org.kyneta.relay.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.StoreRecord.Entry;

/**
 * A Yjs document as updates of format version 1, merged without integrating them.
 *
 * <p>The version of an offer is of no use to a merge and is not looked at: what is new follows from
 * the update. In particular an offer is never dropped because its version is old, since deletions
 * do not show in it.
 */
final class YjsReplica implements Replica {

  /**
   * So many bytes of memory may be taken by structs that wait for what belongs in front of them.
   */
  private static final long MOST_PENDING = 64 << 20;

  /**
   * An offer has about so many bytes at most, or a client would not take it: the original gives up
   * messages of 50 MiB.
   */
  private static final long MOST_EXPORTED = 16 << 20;

  private static final String LINEAGE = "kyneta.genesis";

  private final Dialect dialect;
  private final YjsDocument document = new YjsDocument();
  private @Nullable String version;

  YjsReplica(Dialect dialect) {
    this.dialect = dialect;
  }

  @Override
  public String version() {
    if (version == null) {
      version = YjsVersion.of(document, dialect);
    }
    return version;
  }

  @Override
  public Relation relationTo(String other) throws UnreadableException {
    return YjsVersion.parse(other).relationOf(document);
  }

  @Override
  public Merge merge(Entry offer) throws UnreadableException {
    byte[] update = bytesOf(offer);
    YjsScan scan = new YjsScan(document);
    YjsVisitor.visit(update, scan);
    requireRoom(scan.pendingSize());
    boolean entirelyNew = scan.isEntirelyNew();
    YjsMerger merger = new YjsMerger(document, !entirelyNew);
    YjsVisitor.visit(update, merger);
    if (!entirelyNew && !merger.hasLearnt()) {
      return new Merge.Unchanged(false);
    }
    version = null;
    byte[] learnt = entirelyNew ? update : merger.learnt();
    Payload payload = Payload.binary(Kind.SINCE, learnt);
    boolean incomplete = merger.hasGap() || scan.lacksNeighbours();
    Entry stored = new Entry(payload, version());
    boolean plain = scan.hasStructs() && !scan.hasDeletions() && !merger.hasGap();
    Entry relayed = plain ? stored : new Entry(payload, YjsVersion.aheadOfAll(document, dialect));
    return new Merge.Learned(stored, false, relayed, incomplete);
  }

  private void requireRoom(long pending) throws UnreadableException {
    if (pending > 0 && pending > MOST_PENDING - document.pendingFootprint()) {
      throw new UnreadableException(
          "expected at most %d bytes of structs whose predecessors are missing, found more"
              .formatted(MOST_PENDING));
    }
  }

  @Override
  public void hydrate(Entry entry) throws UnreadableException {
    byte[] update = bytesOf(entry);
    YjsVisitor.visit(update, new YjsScan(document));
    YjsVisitor.visit(update, new YjsMerger(document, false));
    version = null;
  }

  private static byte[] bytesOf(Entry entry) throws UnreadableException {
    if (entry.payload().data() instanceof Bytes(byte[] bytes)) {
      return bytes;
    }
    throw new UnreadableException("expected a Yjs update as bytes, found text");
  }

  @Override
  public List<Entry> export(@Nullable String peerVersion) throws UnreadableException {
    if (peerVersion == null || peerVersion.isEmpty()) {
      return entirety(YjsVersion.aheadOfAll(document, dialect));
    }
    YjsVersion peer = YjsVersion.parse(peerVersion);
    List<YjsUpdateWriter> updates = document.since(peer.vector(), MOST_EXPORTED);
    boolean structs = updates.getFirst().hasStructs();
    // Whoever has the same deletions can say so only with an equal vector.
    boolean equal = !structs && peer.relationOf(document) == Relation.EQUAL;
    // To who has all but what waits, the document's version would be an old one.
    boolean plain = structs && !document.isWaiting() && document.deletions().isEmpty();
    return entries(
        updates,
        equal ? new YjsDeletions() : document.deletions(),
        plain ? version() : YjsVersion.aheadOfAll(document, dialect));
  }

  private List<Entry> entirety(String asVersion) {
    List<Entry> entries =
        entries(document.since(Map.of(), MOST_EXPORTED), document.deletions(), asVersion);
    Payload first = entries.getFirst().payload();
    entries.set(
        0,
        new Entry(new Payload(Kind.ENTIRETY, first.encoding(), first.data(), LINEAGE), asVersion));
    return entries;
  }

  /** Makes entries of updates, of which the last one tells the deletions. */
  private static List<Entry> entries(
      List<YjsUpdateWriter> updates, YjsDeletions deletions, String asVersion) {
    List<Entry> entries = new ArrayList<>();
    for (YjsUpdateWriter update : updates) {
      boolean last = update == updates.getLast();
      byte[] bytes = last ? update.toByteArray(deletions) : update.toByteArray();
      entries.add(new Entry(Payload.binary(Kind.SINCE, bytes), asVersion));
    }
    return entries;
  }

  @Override
  public List<Entry> compacted() {
    return document.isEmpty() ? List.of() : entirety(version());
  }

  @Override
  public long footprint() {
    return document.footprint();
  }
}
