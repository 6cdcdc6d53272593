package org.kyneta.relay.document;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.kyneta.relay.document.Meters.Drop;
import org.kyneta.relay.document.Task.Dismissed;
import org.kyneta.relay.document.Task.Interested;
import org.kyneta.relay.document.Task.Left;
import org.kyneta.relay.document.Task.Offered;
import org.kyneta.relay.document.Task.Presented;
import org.kyneta.relay.replica.Replicas;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Dismiss;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.relay.wire.Message.Vacant;

/** What a peer has to do with documents, from when its connection is established until it ends. */
public final class Membership {

  private static final int DOCUMENTS_PER_STRETCH = 64;

  private final Peer peer;
  private final Hub hub;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<String> documents = new HashSet<>();
  private boolean left;

  Membership(Peer peer, Hub hub) {
    this.peer = peer;
    this.hub = hub;
  }

  Peer peer() {
    return peer;
  }

  /**
   * Returns messages that tell the peer which documents there are. More than a few are many bytes,
   * so each should be sent only when the one before is on its way.
   */
  public Iterator<Present> announcements() {
    Iterator<Document> all = hub.documents.values().iterator();
    return new Iterator<>() {
      private List<Message.Document> next = gather();

      private List<Message.Document> gather() {
        List<Message.Document> gathered = new ArrayList<>();
        while (gathered.size() < Announcer.DOCUMENTS_PER_MESSAGE && all.hasNext()) {
          Message.Document announcement = all.next().announcement();
          if (announcement != null && Announcement.isFor(peer, announcement)) {
            gathered.add(announcement);
          }
        }
        return gathered;
      }

      @Override
      public boolean hasNext() {
        return !next.isEmpty();
      }

      @Override
      public Present next() {
        Present present = new Present(next);
        next = gather();
        return present;
      }
    };
  }

  /**
   * Takes a message of the peer. Messages of one peer are done in their order for each document.
   *
   * @param message the message
   * @param receipt is finished when all that the message asks for is done
   */
  public void receive(Message message, Receipt receipt) {
    try {
      if (message instanceof Present(List<Message.Document> presented)) {
        presentAll(presented, receipt);
      } else {
        whileJoined(() -> dispatch(message, receipt));
      }
    } finally {
      receipt.finish();
    }
  }

  private void whileJoined(Runnable action) {
    lock.lock();
    try {
      if (!left) {
        action.run();
      }
    } finally {
      lock.unlock();
    }
  }

  /** A long message is not to keep a processor, nor this from being left, for long. */
  @SuppressWarnings("ThreadPriorityCheck") // a virtual thread is not interrupted of itself
  private void presentAll(List<Message.Document> documents, Receipt receipt) {
    for (int from = 0; from < documents.size(); from += DOCUMENTS_PER_STRETCH) {
      if (from > 0) {
        Thread.yield();
      }
      int to = Math.min(documents.size(), from + DOCUMENTS_PER_STRETCH);
      List<Message.Document> some = documents.subList(from, to);
      whileJoined(() -> some.forEach(document -> present(document, receipt)));
    }
  }

  private void dispatch(Message message, Receipt receipt) {
    switch (message) {
      case Interest(String docId, String version, boolean reciprocate) -> {
        if (peer.maySee(docId)) {
          Task task = new Interested(peer, version, reciprocate, receipt);
          boolean unused = take(docId, /* mayBecomeKnown= */ false, task, receipt);
        }
      }
      case Offer offer -> {
        if (!peer.maySee(offer.docId())
            || !post(offer.docId(), false, new Offered(peer, offer, receipt), receipt)) {
          hub.meters.dropped(Drop.UNKNOWN);
        }
      }
      case Dismiss(String docId) -> dismiss(docId, receipt);
      case Present present -> {}
      case Vacant vacant -> {}
      case Message.Establish establish -> {}
      case Message.Depart depart -> {}
    }
  }

  private void present(Message.Document document, Receipt receipt) {
    String docId = document.docId();
    if (!peer.maySee(docId) || !Replicas.supports(document.type(), document.mode())) {
      peer.change(new Vacant(docId));
      hub.meters.dropped(Drop.REFUSED);
    } else if (!take(
            docId, /* mayBecomeKnown= */ true, new Presented(peer, document, receipt), receipt)
        && !hub.isClosed()) {
      // A client that is told this believes that it is done: when the relay stops it is not.
      peer.change(new Vacant(docId));
      hub.meters.dropped(Drop.TOO_MANY);
    }
  }

  /** Lets the peer have a document, and posts a task of it; returns whether there was room. */
  private boolean take(String docId, boolean mayBecomeKnown, Task task, Receipt receipt) {
    if (documents.contains(docId)) {
      return post(docId, mayBecomeKnown, task, receipt);
    }
    if (documents.size() >= hub.settings.documentsPerPeer() || !hub.takeShare()) {
      return false;
    }
    boolean posted = post(docId, mayBecomeKnown, task, receipt);
    if (posted) {
      documents.add(docId);
    } else {
      hub.giveBack(1);
    }
    return posted;
  }

  /** Takes a document from the peer; what it sends of it next makes it have it anew. */
  private void dismiss(String docId, Receipt receipt) {
    if (documents.remove(docId)) {
      boolean unused = post(docId, false, new Dismissed(peer, receipt), receipt);
      hub.giveBack(1);
    }
  }

  private boolean post(String docId, boolean mayBecomeKnown, Task task, Receipt receipt) {
    if (left) {
      // What was sent just now may have ended the connection.
      return false;
    }
    receipt.begin();
    boolean posted = hub.post(docId, mayBecomeKnown, task);
    if (!posted) {
      receipt.finish();
    }
    return posted;
  }

  /** Ends the membership. What the peer has sent before is still done. */
  public void leave() {
    List<String> last;
    lock.lock();
    try {
      left = true;
      last = List.copyOf(documents);
      documents.clear();
    } finally {
      lock.unlock();
    }
    hub.announcer.leave(this);
    hub.giveBack(last.size());
    last.forEach(docId -> hub.post(docId, /* mayBecomeKnown= */ false, new Left(peer)));
  }
}
