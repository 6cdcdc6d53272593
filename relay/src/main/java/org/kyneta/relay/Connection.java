package org.kyneta.relay;

import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.document.Membership;
import org.kyneta.relay.document.Receipt;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Depart;
import org.kyneta.relay.wire.Message.Establish;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.relay.wire.TextMessages;
import org.kyneta.relay.wire.Wire;
import org.kyneta.relay.wire.WireException;
import org.kyneta.relay.wire.WireLimits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection, from when it is open until it ends. */
final class Connection {

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  /** As many bytes are read and done without another thread. */
  private static final int MOST_BYTES_AT_ONCE = 4_096;

  /** The relay puts off reading, too, and links are slow: what is incomplete has other bounds. */
  private static final Duration LONGEST_BETWEEN_FRAGMENTS = Duration.ofMinutes(5);

  private final Connections connections;
  private final Access access;
  private final String remote;
  private final CoreSession session;
  private final Outbound outbound;
  private final Inbound inbound;
  private final RemotePeer peer;
  private final Turn turn;
  private final Toll toll = new Toll(System::nanoTime);
  private final Liveness liveness = new Liveness();
  private final AtomicLong held = new AtomicLong();
  private volatile @Nullable Membership membership;
  private volatile boolean gone;
  private boolean introduced;
  private boolean droppedBefore;

  /**
   * Makes one.
   *
   * @param connections all there are
   * @param access what the peer may do
   * @param remote where the peer is, for the log
   * @param session the WebSocket
   */
  Connection(Connections connections, Access access, String remote, CoreSession session) {
    this.connections = connections;
    this.access = access;
    this.remote = remote;
    this.session = session;
    this.turn = new Turn(connections.greedy(), toll);
    RelayLimits limits = connections.limits();
    Wire wire =
        Wire.server(
            WireLimits.DEFAULT
                .withMessageBytes(limits.messageBytes())
                .withGroupAge(LONGEST_BETWEEN_FRAGMENTS),
            System::nanoTime);
    this.outbound = new Outbound(session, wire, limits, new Outgoing());
    this.inbound = new Inbound(session, wire, outbound, limits, new Incoming());
    this.peer = new RemotePeer(access, toll, wire, outbound);
  }

  /** Says that the relay is ready, and asks for the first frame. */
  void start(Callback callback) {
    outbound.send(new Frame(OpCode.TEXT, TextMessages.READY));
    callback.succeeded();
    inbound.next();
  }

  /** Takes a frame, and asks for the next once it is done. */
  void take(Frame frame, Callback callback) {
    liveness.heard();
    switch (frame.getOpCode()) {
      case OpCode.TEXT, OpCode.BINARY, OpCode.CONTINUATION -> read(frame, callback);
      case OpCode.CLOSE -> callback.succeeded();
      default -> {
        if (frame.getOpCode() == OpCode.PING) {
          outbound.send(new Frame(OpCode.PONG, BufferUtil.copy(frame.getPayload())));
        }
        callback.succeeded();
        inbound.next();
      }
    }
  }

  /**
   * Reads a frame, and then asks for the next. The thread that brings it may be the one that looks
   * after the network for all connections: it does what is done soon, and nothing else.
   */
  private void read(Frame frame, Callback callback) {
    toll.countBytes(frame.getPayloadLength());
    if (membership != null
        && inbound.incompleteBytes() + frame.getPayloadLength() <= MOST_BYTES_AT_ONCE
        && !toll.isGreedy()) {
      turn.without(() -> inbound.data(frame));
      callback.succeeded();
      inbound.next();
      return;
    }
    Connections.start(() -> {
      try {
        turn.with(() -> inbound.data(frame));
      } catch (RuntimeException | Error e) {
        callback.failed(e);
        return;
      }
      callback.succeeded();
      inbound.next();
    });
  }

  /** Lets go of everything: the connection is gone. */
  void end() {
    gone = true;
    Membership joined = membership;
    if (joined != null) {
      joined.leave();
    }
    inbound.close();
    outbound.discard();
  }

  private void count(long difference) {
    if (difference != 0) {
      held.addAndGet(difference);
      connections.held(difference);
    }
  }

  boolean isClosing() {
    return liveness.isClosing();
  }

  boolean isGreedy() {
    return toll.isGreedy();
  }

  /** Returns how many bytes this connection's messages that wait and its peer's names take. */
  long held() {
    return held.get();
  }

  /** What the peer has sent. */
  private final class Incoming implements Inbound.Listener {

    @Override
    public boolean isGreedy() {
      return toll.isGreedy();
    }

    @Override
    public void inboundChanged(long difference) {
      count(difference);
    }

    @Override
    public void namesChanged(long difference) {
      held.addAndGet(difference);
      connections.named(difference);
    }

    @Override
    public void text(String text) {
      if (text.equals(TextMessages.PING)) {
        outbound.send(new Frame(OpCode.TEXT, TextMessages.PONG));
      }
    }

    @Override
    public void received(long bytes) {
      connections.meters().received(bytes);
    }

    @Override
    public void message(Message message, Receipt receipt) {
      toll.count(message);
      Membership joined = membership;
      if (message instanceof Establish establish) {
        receipt.finish();
        introduce(establish);
      } else if (joined != null) {
        turn.await(() -> joined.receive(message, receipt));
      } else {
        receipt.finish();
        connections.meters().dropped("not_established");
      }
    }

    @Override
    public void lost(long messages) {
      for (long i = 0; i < messages; i++) {
        connections.meters().dropped("incomplete");
      }
    }

    @Override
    public void broken(WireException e) {
      connections.meters().dropped(e.reason().name());
      if (droppedBefore) {
        LOG.debug("connection from {}: dropped a message: {}", remote, e.getMessage());
      } else {
        LOG.warn(
            "connection from {}: dropped a message, and only the first time said: {}",
            remote,
            e.getMessage());
      }
      droppedBefore = true;
    }

    @Override
    public void unacceptable(int code, String reason) {
      close(code, reason);
    }
  }

  /** What happens on the way to the peer. */
  private final class Outgoing implements Outbound.Listener {

    @Override
    public void outboundChanged(long difference) {
      count(difference);
      if (difference < 0) {
        inbound.resume();
      }
    }

    @Override
    public void sent(long bytes) {
      connections.meters().sent(bytes);
    }

    @Override
    public void tooSlow(long waitingBytes, int waitingMessages) {
      connections.meters().slow();
      close(CloseStatus.TRY_AGAIN_LATER, "Too slow: too much waits to be read");
    }

    @Override
    public void unsendable(RuntimeException e) {
      connections.meters().dropped("unsendable");
      LOG.error("connection from {}: a message cannot be sent: {}", remote, e.getMessage());
    }

    @Override
    public void outboundFailed(Throwable failure) {
      LOG.debug("connection from {}: cannot send: {}", remote, failure.toString());
      session.abort();
    }
  }

  private void introduce(Establish establish) {
    if (introduced) {
      return;
    }
    introduced = true;
    PeerIdentity identity =
        new PeerIdentity(
            establish.peerId(),
            establish.name(),
            PeerIdentity.Kind.valueOf(establish.kind().name()));
    if (!Guarded.ask(() -> access.mayJoin(identity))) {
      LOG.info("connection from {}: the peer may not join", remote);
      connections.meters().dropped("not_admitted");
      return;
    }
    // What follows waits until the peer reads it.
    turn.end();
    peer.answer(connections.introduction());
    Membership joined = connections.documents().join(peer);
    Iterator<Present> announcements = joined.announcements();
    try {
      while (announcements.hasNext()) {
        peer.answer(announcements.next());
        outbound.awaitRoom();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    membership = joined;
    if (gone) {
      joined.leave();
    }
  }

  /** Says farewell after what is on its way, and closes. */
  void finish(int code, String reason) {
    if (liveness.startClosing()) {
      if (membership != null) {
        outbound.answer(new Depart());
      }
      outbound.closeAfterwards(code, reason);
    }
  }

  /** Closes at once; what waits is not sent. */
  void close(int code, String reason) {
    if (liveness.startClosing()) {
      LOG.info("connection from {}: closing it: {}", remote, reason);
      inbound.close();
      outbound.closeNow(code, reason);
    }
  }

  /** Takes no more messages. */
  void stopReading() {
    inbound.stop();
  }

  /** Ends the connection without another word. */
  void abort() {
    session.abort();
  }

  /** Looks after a connection on which nothing may happen any more; called every few seconds. */
  void lookAfter(Duration graceAfterClose) {
    switch (liveness.judge(graceAfterClose, outbound.stuckNanos(), !inbound.isPaused())) {
      case DEAD -> session.abort();
      case SILENT -> {
        outbound.send(new Frame(OpCode.PING));
        inbound.expire();
      }
      case ALIVE -> inbound.expire();
    }
  }

  @Override
  public String toString() {
    return "Connection[" + remote + "]";
  }
}
