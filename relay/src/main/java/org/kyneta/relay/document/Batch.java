package org.kyneta.relay.document;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.kyneta.relay.document.Meters.Drop;
import org.kyneta.relay.document.Stream.Saved;
import org.kyneta.relay.document.Task.Offered;
import org.kyneta.relay.replica.Merge;
import org.kyneta.relay.replica.Merge.Learned;
import org.kyneta.relay.replica.UnreadableException;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.store.DocIds;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.StoreRecord.Entry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers to one document that were merged one behind the other and are stored by one write. Nobody
 * is told about them before.
 */
final class Batch {

  private static final Logger LOG = LoggerFactory.getLogger(Batch.class);

  /** As many records as every store can append together with others, and metadata before them. */
  private static final int MOST_OFFERS = 255;

  private static final long MOST_BYTES = 8 << 20;

  /** How often in a row others may write meanwhile what must come before. */
  private static final int MOST_ATTEMPTS = 20;

  private final Document document;
  private final Content content;
  private final Audience audience;
  private final Others others;
  private final Meters meters;
  private List<Accepted> accepted = new ArrayList<>();

  Batch(Document document, Content content, Audience audience, Others others, Meters meters) {
    this.document = document;
    this.content = content;
    this.audience = audience;
    this.others = others;
    this.meters = meters;
  }

  private record Accepted(Offered offered, Merge merge) {}

  /** Merges an offer; returns whether it belongs to the batch now. */
  boolean add(Offered offered) {
    Offer offer = offered.offer();
    Merge merge;
    try {
      merge = content.merge(new Entry(offer.payload(), offer.version()));
    } catch (UnreadableException e) {
      document.drop(Drop.UNREADABLE, String.valueOf(e.getMessage()));
      return false;
    } catch (RuntimeException | Error e) {
      // A replica that fails so may be in any state. What was learnt before the offer is sound.
      LOG.error("document {}: an offer could not be merged", DocIds.show(document.id()), e);
      content.abandonReplica();
      settle();
      document.drop(Drop.UNREADABLE, "it has made the replica fail");
      return false;
    }
    accepted.add(new Accepted(offered, merge));
    if (accepted.size() >= MOST_OFFERS || content.unsavedBytes() >= MOST_BYTES) {
      settle();
    }
    return true;
  }

  /**
   * Stores what the offers have taught, then relays it and asks for what is missing. Never throws:
   * the offers are done with, whatever fails.
   */
  void settle() {
    if (accepted.isEmpty()) {
      return;
    }
    List<Accepted> offers = accepted;
    accepted = new ArrayList<>();
    try {
      switch (save(offers)) {
        case DONE -> relay(offers);
        case REJECTED -> {
          if (offers.size() > 1) {
            oneByOne(offers);
          } else {
            document.drop(Drop.TOO_LARGE, "the store does not take an entry like it");
          }
        }
        case FAILED -> offers.forEach(offer -> meters.dropped(Drop.STORAGE));
      }
    } catch (RuntimeException | Error e) {
      document.failed(e);
    }
    offers.forEach(offer -> offer.offered().receipt().finish());
  }

  private enum Outcome {
    DONE,
    REJECTED,
    FAILED
  }

  /** Stores what was learnt; where others have written meanwhile, on top of that. */
  private Outcome save(List<Accepted> offers) {
    try {
      for (int attempt = 1; content.hasUnsaved(); attempt++) {
        Saved saved = Objects.requireNonNull(meters.append.record(content::save));
        if (saved == Saved.DONE) {
          return Outcome.DONE;
        }
        boolean done = saved == Saved.BEHIND_OTHERS;
        if (done && !content.isLoaded()) {
          return Outcome.DONE;
        }
        if (!content.isLoaded() || attempt > MOST_ATTEMPTS) {
          throw new StorageBusyException(
              "others have written to it %d times meanwhile".formatted(attempt), null);
        }
        others.catchUp();
        if (!content.isLoaded()) {
          return Outcome.FAILED;
        }
        if (done) {
          return Outcome.DONE;
        }
        if (!content.hasUnsaved()) {
          mergeAgain(offers);
        }
      }
      return Outcome.DONE;
    } catch (RecordRejectedException e) {
      LOG.debug("document {}: {}", DocIds.show(document.id()), e.getMessage());
      return Outcome.REJECTED;
    } catch (RuntimeException e) {
      document.storageFailed(e);
      return Outcome.FAILED;
    }
  }

  /** Merges offers into a replica that has been made anew; what does not fit is noted. */
  private void mergeAgain(List<Accepted> offers) {
    List<Accepted> merged = new ArrayList<>();
    for (Accepted accepted : offers) {
      Offered offered = accepted.offered();
      Offer offer = offered.offer();
      try {
        Merge merge = content.merge(new Entry(offer.payload(), offer.version()));
        merged.add(new Accepted(offered, merge));
      } catch (UnreadableException e) {
        document.drop(Drop.UNREADABLE, String.valueOf(e.getMessage()));
        offered.receipt().finish();
      }
    }
    offers.clear();
    offers.addAll(merged);
  }

  /** Forgets offers that were merged into a replica which is not there any more. */
  void abandon() {
    accepted.forEach(offer -> offer.offered().receipt().finish());
    accepted = new ArrayList<>();
  }

  /** What the store refuses must not take with it what others have sent. */
  private void oneByOne(List<Accepted> offers) {
    while (!offers.isEmpty() && document.isAvailable()) {
      Accepted offer = offers.getFirst();
      if (!add(offer.offered())) {
        offer.offered().receipt().finish();
      }
      // Whoever has taken it in finishes it.
      offers.removeFirst();
      settle();
    }
  }

  private void relay(List<Accepted> offers) {
    audience.announce();
    Set<Peer> toBeAsked = new LinkedHashSet<>();
    for (Accepted offer : offers) {
      Peer sender = offer.offered().peer();
      if (offer.merge() instanceof Learned) {
        meters.stored.increment();
      }
      audience.relay(sender, offer.merge());
      if (offer.offered().offer().reciprocate() || offer.merge().incomplete()) {
        toBeAsked.add(sender);
      }
    }
    toBeAsked.forEach(document::ask);
  }
}
