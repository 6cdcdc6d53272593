package org.kyneta.relay.document;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Present;

/**
 * Tells peers of documents that come into being: not of each at once, which would be a message for
 * each pair of a peer and a document, but a moment later of many in one message. A peer that is
 * slow to read is told when it has read what was sent before. Thread-safe.
 */
final class Announcer {

  private static final Duration PAUSE = Duration.ofMillis(25);

  /** How many documents a message tells of at most. */
  static final int DOCUMENTS_PER_MESSAGE = 500;

  private final Hub hub;
  private final Map<Membership, Reader> readers = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private List<Birth> births = new ArrayList<>();
  private long first;
  private boolean due;

  Announcer(Hub hub) {
    this.hub = hub;
  }

  /**
   * A document that has come into being.
   *
   * @param document what is told of it
   * @param knowing the peers that know it already
   */
  private record Birth(Message.Document document, Set<Peer> knowing) {}

  /** How far a peer was told; used by one thread at a time. */
  private static final class Reader {

    /** The number of the first birth that the peer was not told of. */
    private long next;

    private @Nullable Iterator<Present> listing;

    private Reader(long next) {
      this.next = next;
    }
  }

  /** Tells a peer of all that comes into being from now on. */
  void join(Membership membership) {
    lock.lock();
    try {
      readers.put(membership, new Reader(first + births.size()));
    } finally {
      lock.unlock();
    }
  }

  /** Tells a peer nothing more. */
  void leave(Membership membership) {
    readers.remove(membership);
  }

  /** Tells all peers of a document but those that know it. */
  void add(Message.Document document, Set<Peer> knowing) {
    lock.lock();
    try {
      births.add(new Birth(document, Set.copyOf(knowing)));
      if (!due) {
        due = true;
        hub.later(PAUSE, this::start);
      }
    } finally {
      lock.unlock();
    }
  }

  private void start() {
    try {
      hub.workers.start(this::tellAll);
    } catch (RejectedExecutionException e) {
      // The relay is being closed: peers are told of everything when they come back.
    }
  }

  private void tellAll() {
    List<Birth> some;
    long from;
    lock.lock();
    try {
      some = List.copyOf(births);
      from = first;
    } finally {
      lock.unlock();
    }
    long end = from + some.size();
    long told = end;
    for (Map.Entry<Membership, Reader> entry : readers.entrySet()) {
      Reader reader = entry.getValue();
      tell(entry.getKey(), reader, some, from);
      told = Math.min(told, reader.listing == null ? reader.next : end - 1);
    }
    forget(told);
  }

  private static void tell(
      Membership membership, Reader reader, List<Birth> births, long firstBirth) {
    Peer peer = membership.peer();
    long end = firstBirth + births.size();
    if (reader.next < firstBirth) {
      reader.listing = membership.announcements();
      reader.next = end;
    }
    while (reader.listing != null && peer.hasRoom()) {
      if (reader.listing.hasNext()) {
        peer.change(reader.listing.next());
      } else {
        reader.listing = null;
      }
    }
    while (reader.listing == null && reader.next < end && peer.hasRoom()) {
      List<Message.Document> documents = new ArrayList<>();
      while (reader.next < end && documents.size() < DOCUMENTS_PER_MESSAGE) {
        Birth birth = births.get((int) (reader.next++ - firstBirth));
        if (!birth.knowing.contains(peer) && Announcement.isFor(peer, birth.document)) {
          documents.add(birth.document);
        }
      }
      if (!documents.isEmpty()) {
        peer.change(new Present(documents));
      }
    }
  }

  /** Forgets births that all were told of, or so many that who was not is told of all documents. */
  private void forget(long told) {
    lock.lock();
    try {
      long end = first + births.size();
      long keptFrom = Math.max(told, end - hub.settings.documents());
      births = new ArrayList<>(births.subList((int) (keptFrom - first), births.size()));
      first = keptFrom;
      due = !births.isEmpty();
      if (due) {
        hub.later(PAUSE, this::start);
      }
    } finally {
      lock.unlock();
    }
  }
}
