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
  private long pending;
  private boolean paused;
  private boolean stopped;

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

    /** The number of bytes that wait has changed. */
    void inboundChanged(long difference);

    /** A text message has come. */
    void text(String text);

    /** A message has come, of so many bytes. */
    void message(Message message, long bytes, Receipt receipt);

    /** A message has come that is to be dropped. */
    void broken(WireException e, long bytes);

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
    ByteBuffer message;
    try {
      long before = assembler.footprint();
      message = assembler.add(payload, frame.isFin());
      listener.inboundChanged(assembler.footprint() - before);
    } catch (TooLargeException e) {
      listener.unacceptable(
          CloseStatus.MESSAGE_TOO_LARGE,
          "Messages may have " + limits.messageBytes() + " bytes at most");
      return;
    }
    if (message != null) {
      binary(message);
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

  private void binary(ByteBuffer bytes) {
    int size = bytes.remaining();
    Optional<Message> message;
    decoding.lock();
    try {
      message = wire.accept(bytes);
    } catch (WireException e) {
      listener.broken(e, size);
      return;
    } finally {
      long now = wire.incompleteBytes();
      listener.inboundChanged(now - incomplete);
      incomplete = now;
      decoding.unlock();
    }
    if (message.isPresent()) {
      received(message.get(), size);
    }
  }

  private void received(Message message, int size) {
    long weight = Math.max(LEAST_WEIGHT, Math.max(size, Sizes.of(message)));
    if (message instanceof Interest) {
      weight = Math.max(weight, limits.inboundBytes() / ANSWERS_AT_A_TIME);
    }
    long weighed = weight;
    lock.lock();
    try {
      pending += weighed;
    } finally {
      lock.unlock();
    }
    listener.inboundChanged(weighed);
    listener.message(message, size, new Receipt(() -> finished(weighed)));
  }

  private void finished(long weight) {
    lock.lock();
    try {
      pending -= weight;
    } finally {
      lock.unlock();
    }
    listener.inboundChanged(-weight);
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
    boolean hasRoom = outbound.bytes() <= limits.outboundBytes() / 4;
    lock.lock();
    try {
      if (!paused || stopped || !hasRoom || pending > limits.inboundBytes()) {
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

  /** Gives up incomplete messages whose time has run out. */
  void expire() {
    decoding.lock();
    try {
      wire.expire();
      long now = wire.incompleteBytes();
      listener.inboundChanged(now - incomplete);
      incomplete = now;
    } finally {
      decoding.unlock();
    }
  }
}
