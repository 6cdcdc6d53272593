package org.kyneta.relay;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Iterator;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.wire.EncodedOffer;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Wire;

/**
 * What waits to be sent to one peer. It is sent in its order by whoever adds something or finds
 * that something was sent, so a connection on which nothing happens has no thread.
 *
 * <p>What a peer is sent because others have changed something has a bound, beyond which the peer
 * is too slow. What it has asked for itself has none here: a peer is not listened to while much of
 * it waits.
 */
final class Outbound {

  /** How many frames are given to the network at a time, so that small ones share a packet. */
  private static final int FRAMES_AT_A_TIME = 16;

  private final CoreSession session;
  private final Wire wire;
  private final Listener listener;
  private final RelayLimits limits;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition shorter = lock.newCondition();
  private final ArrayDeque<Item> queue = new ArrayDeque<>();
  private @Nullable Iterator<ByteBuffer> frames;
  private @Nullable Item current;
  private long bytes;
  private long changeBytes;
  private int changes;
  private int inFlight;
  private long stuckSince;
  private boolean pumping;
  private boolean closed;

  Outbound(CoreSession session, Wire wire, RelayLimits limits, Listener listener) {
    this.session = session;
    this.wire = wire;
    this.limits = limits;
    this.listener = listener;
  }

  /** What happens on the way out. All calls come from whatever thread, without a lock held. */
  interface Listener {

    /** The number of bytes that wait has changed. */
    void outboundChanged(long difference);

    /** So many bytes were given to the network. */
    void sent(long bytes);

    /** Too much waits. */
    void tooSlow(long waitingBytes, int waitingMessages);

    /** A message has no encoding, and was passed over. */
    void unsendable(RuntimeException e);

    /** The network takes nothing more. */
    void outboundFailed(Throwable failure);
  }

  /**
   * Something to send.
   *
   * @param what a message, an encoded offer, a WebSocket frame, or what closes the connection
   * @param size about how many bytes it takes
   * @param isChange whether it is sent because of others
   */
  private record Item(Object what, long size, boolean isChange) {}

  private record Closing(int code, String reason) {}

  /** Sends a frame as it is. */
  void send(Frame frame) {
    add(new Item(frame, 64L + frame.getPayloadLength(), /* isChange= */ false));
  }

  /** Sends something that the peer has asked for, or what is sent once. */
  void answer(Message message) {
    add(new Item(message, Sizes.of(message), /* isChange= */ false));
  }

  /** Sends something that others have caused. */
  void change(Message message) {
    add(new Item(message, Sizes.of(message), /* isChange= */ true));
  }

  /** Sends a change. */
  void change(EncodedOffer offer) {
    add(new Item(offer, Sizes.of(offer.offer()), /* isChange= */ true));
  }

  /** Closes the connection when all that was added before is sent. */
  void closeAfterwards(int code, String reason) {
    add(new Item(new Closing(code, reason), 0, /* isChange= */ false));
  }

  /** Forgets what waits and closes the connection. */
  void closeNow(int code, String reason) {
    discard();
    session.close(code, reason, Callback.NOOP);
  }

  /** Forgets what waits, and whatever comes from now on. */
  void discard() {
    long forgotten;
    lock.lock();
    try {
      closed = true;
      queue.clear();
      frames = null;
      forgotten = bytes;
      bytes = 0;
      shorter.signalAll();
    } finally {
      lock.unlock();
    }
    listener.outboundChanged(-forgotten);
  }

  private void add(Item item) {
    boolean tooSlow = false;
    lock.lock();
    try {
      if (closed) {
        return;
      }
      if (item.isChange) {
        changes++;
        changeBytes += item.size;
        tooSlow =
            changes > limits.outboundMessages()
                || (changeBytes > limits.outboundBytes() && changes > 1);
      }
      queue.add(item);
      bytes += item.size;
    } finally {
      lock.unlock();
    }
    listener.outboundChanged(item.size);
    if (tooSlow) {
      listener.tooSlow(changeBytes, changes);
    } else {
      pump();
    }
  }

  /** Gives frames to the network as long as it takes some; one thread at a time. */
  private void pump() {
    lock.lock();
    try {
      if (pumping) {
        return;
      }
      pumping = true;
    } finally {
      lock.unlock();
    }
    try {
      Item item = takeIfRoom();
      while (item != null) {
        send(item);
        item = takeIfRoom();
      }
    } catch (RuntimeException e) {
      listener.outboundFailed(e);
    }
  }

  /** Returns what the next frame is a part of, or null if there is none or no room for it. */
  private @Nullable Item takeIfRoom() {
    lock.lock();
    try {
      if (closed || inFlight >= FRAMES_AT_A_TIME || (frames == null && queue.isEmpty())) {
        pumping = false;
        return null;
      }
      if (frames == null) {
        current = queue.remove();
      }
      if (inFlight++ == 0) {
        stuckSince = System.nanoTime();
      }
      return current;
    } finally {
      lock.unlock();
    }
  }

  private void send(Item item) {
    switch (item.what) {
      case Closing(int code, String reason) -> session.close(code, reason, sent(item, true));
      case Frame frame -> session.sendFrame(frame, sent(item, true), false);
      default -> sendPart(item);
    }
  }

  private void sendPart(Item item) {
    Iterator<ByteBuffer> parts = frames == null ? encode(item) : frames;
    if (!parts.hasNext()) {
      sent(item, /* isLast= */ true).succeeded();
      return;
    }
    ByteBuffer part = parts.next();
    boolean isLast = !parts.hasNext();
    setFrames(isLast ? null : parts);
    listener.sent(part.remaining());
    session.sendFrame(new Frame(OpCode.BINARY, part), sent(item, isLast), false);
  }

  private Iterator<ByteBuffer> encode(Item item) {
    try {
      return switch (item.what) {
        case EncodedOffer offer -> wire.encode(offer).iterator();
        case Message message -> wire.encode(message).iterator();
        default -> throw new IllegalArgumentException("expected a message, found " + item.what);
      };
    } catch (IllegalArgumentException e) {
      listener.unsendable(e);
      return Collections.emptyIterator();
    }
  }

  private void setFrames(@Nullable Iterator<ByteBuffer> rest) {
    lock.lock();
    try {
      frames = closed ? null : rest;
    } finally {
      lock.unlock();
    }
  }

  private Callback sent(Item item, boolean isLast) {
    return Callback.from(() -> wasSent(item, isLast), listener::outboundFailed);
  }

  private void wasSent(Item item, boolean isLast) {
    long size = 0;
    lock.lock();
    try {
      inFlight--;
      stuckSince = System.nanoTime();
      if (isLast && !closed) {
        size = item.size;
        bytes -= size;
        if (item.isChange) {
          changes--;
          changeBytes -= size;
        }
        shorter.signalAll();
      }
    } finally {
      lock.unlock();
    }
    if (size > 0) {
      listener.outboundChanged(-size);
    }
    pump();
  }

  /** Returns whether only little waits, so that more may be asked for or told. */
  boolean hasRoom() {
    return bytes() <= limits.outboundBytes() / 4;
  }

  /** Waits until there is room, or the connection is closed. */
  void awaitRoom() throws InterruptedException {
    lock.lock();
    try {
      while (!closed && !hasRoom()) {
        shorter.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns how many bytes wait. */
  long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  /** Returns for how long the network has taken nothing of what it was given, in nanoseconds. */
  long stuckNanos() {
    lock.lock();
    try {
      return inFlight == 0 ? 0 : System.nanoTime() - stuckSince;
    } finally {
      lock.unlock();
    }
  }
}
