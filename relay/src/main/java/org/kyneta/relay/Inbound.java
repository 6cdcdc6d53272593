package org.kyneta.relay;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.kyneta.relay.Assembler.TooLargeException;
import org.kyneta.relay.document.Receipt;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Wire;
import org.kyneta.relay.wire.WireException;
import org.kyneta.relay.wire.WireLimits;

/**
 * What comes from one peer: puts its messages together, hands them on one after the other, and asks
 * the network for more only while not too much of what the peer has sent or asked for waits.
 */
final class Inbound {

  private static final int LONGEST_TEXT = 125;

  /** How many interests of a peer are answered at a time: an answer may be a whole document. */
  private static final int ANSWERS_AT_A_TIME = 16;

  private static final int LEAST_WEIGHT = 256;

  /** How many bytes of a greedy peer may wait, but for the message that makes them more. */
  private static final long MOST_OF_GREEDY = 256 << 10;

  private final CoreSession session;
  private final Wire wire;
  private final Outbound outbound;
  private final Listener listener;
  private final RelayLimits limits;
  private final Assembler assembler;
  private final ReentrantLock lock = new ReentrantLock();
  private final ReentrantLock decoding = new ReentrantLock();
  private byte opCode;
  private boolean isSkipping;
  private long incomplete;
  private long names;
  private long pending;
  private long lost;
  private boolean paused;
  private boolean stopped;
  private boolean closed;

  Inbound(
      CoreSession session, Wire wire, Outbound outbound, RelayLimits limits, Listener listener) {
    this.session = session;
    this.wire = wire;
    this.outbound = outbound;
    this.listener = listener;
    this.limits = limits;
    this.assembler = new Assembler(limits.messageBytes() + WireLimits.FRAME_BYTES);
  }

  /** What comes. All calls but that of the number of bytes come from one thread at a time. */
  interface Listener {

    /** Returns whether the peer has lately used more than its share. Called by any thread. */
    boolean isGreedy();

    /** The number of bytes that wait has changed. */
    void inboundChanged(long difference);

    /** The number of bytes has changed that the names take which the peer has given aliases. */
    void namesChanged(long difference);

    /** A text message has come. */
    void text(String text);

    /** A binary WebSocket message has come, of so many bytes. */
    void received(long bytes);

    /** It was, or has completed, a message. */
    void message(Message message, Receipt receipt);

    /** So many messages whose fragments were not all there were given up. */
    void lost(long messages);

    /** It is to be dropped. */
    void broken(WireException e);

    /** The connection is to be closed for what has come. */
    void unacceptable(int code, String reason);
  }

  /** Takes a data frame. */
  void data(Frame frame) {
    if (frame.getOpCode() != OpCode.CONTINUATION) {
      opCode = frame.getOpCode();
      isSkipping = false;
    }
    ByteBuffer payload = frame.getPayload();
    if (opCode == OpCode.TEXT) {
      text(frame, payload);
      return;
    }
    try {
      binary(payload, frame.isFin());
    } catch (TooLargeException e) {
      listener.unacceptable(
          CloseStatus.MESSAGE_TOO_LARGE,
          "Messages may have " + limits.messageBytes() + " bytes at most");
    } catch (WireException e) {
      listener.broken(e);
    }
  }

  /** Texts that are longer than any that means something are passed over. */
  private void text(Frame frame, ByteBuffer payload) {
    if (!frame.isFin() || payload.remaining() > LONGEST_TEXT) {
      isSkipping = true;
    }
    if (frame.isFin() && !isSkipping) {
      listener.text(frame.getPayloadAsUTF8());
    }
  }

  private void binary(ByteBuffer payload, boolean isLast) throws TooLargeException, WireException {
    Optional<Message> message = Optional.empty();
    int size = 0;
    long difference = 0;
    long moreNames = 0;
    long moreLost = 0;
    decoding.lock();
    try {
      if (closed) {
        return;
      }
      ByteBuffer whole = assembler.add(payload, isLast);
      if (whole != null) {
        size = whole.remaining();
        listener.received(size);
        message = wire.accept(whole);
      }
    } finally {
      difference = countIncomplete();
      moreNames = countNames();
      moreLost = countLost();
      decoding.unlock();
      // Without a lock: somebody's connection may be closed for it.
      listener.inboundChanged(difference);
      listener.namesChanged(moreNames);
      listener.lost(moreLost);
    }
    if (message.isPresent()) {
      received(message.get(), size);
    }
  }

  /** Returns how many bytes there are of messages that are not complete yet. */
  long incompleteBytes() {
    decoding.lock();
    try {
      return incomplete;
    } finally {
      decoding.unlock();
    }
  }

  /** Returns by how many bytes what is incomplete has grown since it was counted last. */
  private long countIncomplete() {
    long before = incomplete;
    incomplete = closed ? 0 : assembler.footprint() + wire.incompleteBytes();
    return incomplete - before;
  }

  private long countNames() {
    long before = names;
    names = closed ? 0 : wire.aliasBytes();
    return names - before;
  }

  private long countLost() {
    long before = lost;
    lost = closed ? before : wire.lostMessages();
    return lost - before;
  }

  private void received(Message message, int size) {
    long bytes = Math.max(LEAST_WEIGHT, Math.max(size, Sizes.ofTask(message)));
    // The weight of an answer keeps its peer waiting; memory it takes only once it is made.
    long weight =
        message instanceof Interest
            ? Math.max(bytes, limits.inboundBytes() / ANSWERS_AT_A_TIME)
            : bytes;
    lock.lock();
    try {
      pending += weight;
    } finally {
      lock.unlock();
    }
    listener.inboundChanged(bytes);
    listener.message(message, new Receipt(() -> finished(weight, bytes)));
  }

  private void finished(long weight, long bytes) {
    lock.lock();
    try {
      pending -= weight;
    } finally {
      lock.unlock();
    }
    listener.inboundChanged(-bytes);
    resume();
  }

  /** Asks for the next frame, or does so when there is room. */
  void next() {
    lock.lock();
    try {
      paused = true;
    } finally {
      lock.unlock();
    }
    resume();
  }

  /** Asks for the next frame if that was put off and there is room now. */
  void resume() {
    boolean hasRoom = outbound.hasRoom();
    long most =
        listener.isGreedy()
            ? Math.min(MOST_OF_GREEDY, limits.inboundBytes())
            : limits.inboundBytes();
    lock.lock();
    try {
      if (!paused || stopped || !hasRoom || pending > most) {
        return;
      }
      paused = false;
    } finally {
      lock.unlock();
    }
    session.demand();
  }

  /** Returns whether the next frame is not asked for, for lack of room. */
  boolean isPaused() {
    lock.lock();
    try {
      return paused;
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more. */
  void stop() {
    lock.lock();
    try {
      stopped = true;
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more, and forgets what is incomplete and what the peer has given aliases. */
  void close() {
    stop();
    long difference;
    long fewerNames;
    decoding.lock();
    try {
      closed = true;
      assembler.release();
      wire.release();
      difference = countIncomplete();
      fewerNames = countNames();
    } finally {
      decoding.unlock();
    }
    listener.inboundChanged(difference);
    listener.namesChanged(fewerNames);
  }

  /** Gives up incomplete messages whose time has run out. */
  void expire() {
    long difference;
    long moreLost;
    decoding.lock();
    try {
      wire.expire();
      difference = countIncomplete();
      moreLost = countLost();
    } finally {
      decoding.unlock();
    }
    listener.inboundChanged(difference);
    listener.lost(moreLost);
  }
}
