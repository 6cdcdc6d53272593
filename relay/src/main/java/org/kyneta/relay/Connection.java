package org.kyneta.relay;

import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.document.Membership;
import org.kyneta.relay.document.Peer;
import org.kyneta.relay.document.Receipt;
import org.kyneta.relay.replica.Dialect;
import org.kyneta.relay.wire.EncodedOffer;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Depart;
import org.kyneta.relay.wire.Message.Establish;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.relay.wire.TextMessages;
import org.kyneta.relay.wire.Wire;
import org.kyneta.relay.wire.WireException;
import org.kyneta.relay.wire.WireLimits;
import org.kyneta.relay.wire.WireVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection, from the end of its HTTP request on. */
final class Connection implements FrameHandler, Peer {

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  /** As many bytes are read and done without another thread. */
  private static final int MOST_BYTES_AT_ONCE = 4_096;

  private static final Duration SILENCE_BEFORE_PING = Duration.ofSeconds(60);
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(150);
  private static final Duration LONGEST_STUCK = Duration.ofSeconds(30);

  private final Connections connections;
  private final Access access;
  private final String remote;
  private final Wire wire;
  private final Toll toll = new Toll(System::nanoTime);
  private final Turn turn;
  private final AtomicLong held = new AtomicLong();
  private final AtomicBoolean closing = new AtomicBoolean();
  private volatile @Nullable Open open;
  private volatile @Nullable Membership membership;
  private volatile long closingSince;
  private volatile long lastHeard = System.nanoTime();
  private volatile boolean gone;
  private boolean introduced;
  private boolean droppedBefore;

  Connection(Connections connections, Access access, String remote) {
    this.connections = connections;
    this.access = access;
    this.remote = remote;
    this.turn = new Turn(connections.greedy(), toll);
    this.wire = Wire.server(wireLimits(connections.limits()), System::nanoTime);
  }

  /** What there is once the connection is open. */
  private record Open(CoreSession session, Outbound outbound, Inbound inbound) {}

  private static WireLimits wireLimits(RelayLimits limits) {
    WireLimits usual = WireLimits.DEFAULT;
    return new WireLimits(
        limits.messageBytes(),
        usual.groups(),
        Math.min(limits.messageBytes(), usual.groupBytes()),
        usual.groupAge(),
        usual.documents(),
        usual.aliasBytes(),
        usual.fragmentBytes());
  }

  @Override
  public void onOpen(CoreSession session, Callback callback) {
    Outbound outbound = new Outbound(session, wire, connections.limits(), new Outgoing());
    Inbound inbound = new Inbound(session, wire, outbound, connections.limits(), new Incoming());
    open = new Open(session, outbound, inbound);
    connections.opened(this);
    outbound.send(new Frame(OpCode.TEXT, TextMessages.READY));
    callback.succeeded();
    inbound.next();
  }

  @Override
  public void onFrame(Frame frame, Callback callback) {
    Open now = open;
    if (now == null) {
      callback.succeeded();
      return;
    }
    lastHeard = System.nanoTime();
    switch (frame.getOpCode()) {
      case OpCode.TEXT, OpCode.BINARY, OpCode.CONTINUATION -> read(now.inbound, frame, callback);
      case OpCode.CLOSE -> callback.succeeded();
      default -> {
        if (frame.getOpCode() == OpCode.PING) {
          now.outbound.send(new Frame(OpCode.PONG, BufferUtil.copy(frame.getPayload())));
        }
        callback.succeeded();
        now.inbound.next();
      }
    }
  }

  /**
   * Reads a frame, and then asks for the next. The thread that brings it may be the one that looks
   * after the network for all connections: it does what is done soon, and nothing else.
   */
  private void read(Inbound inbound, Frame frame, Callback callback) {
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

  @Override
  public void onError(Throwable cause, Callback callback) {
    LOG.debug("connection from {}: {}", remote, cause.toString());
    callback.succeeded();
  }

  @Override
  public void onClosed(CloseStatus status, Callback callback) {
    LOG.debug("connection from {}: closed, {}", remote, status.getCode());
    gone = true;
    Membership joined = membership;
    if (joined != null) {
      joined.leave();
    }
    Open now = open;
    if (now != null) {
      now.inbound.close();
      now.outbound.discard();
    }
    connections.closed(this);
    callback.succeeded();
  }

  private void count(long difference) {
    if (difference != 0) {
      held.addAndGet(difference);
      connections.held(difference);
    }
  }

  boolean isClosing() {
    return closing.get();
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
        send(new Frame(OpCode.TEXT, TextMessages.PONG));
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
      Open now = open;
      if (difference < 0 && now != null) {
        now.inbound.resume();
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
      Open now = open;
      if (now != null) {
        now.session.abort();
      }
    }
  }

  private void introduce(Establish establish) {
    if (introduced) {
      return;
    }
    introduced = true;
    PeerIdentity peer =
        new PeerIdentity(
            establish.peerId(),
            establish.name(),
            PeerIdentity.Kind.valueOf(establish.kind().name()));
    if (!Guarded.ask(() -> access.mayJoin(peer))) {
      LOG.info("connection from {}: the peer may not join", remote);
      connections.meters().dropped("not_admitted");
      return;
    }
    // What follows waits until the peer reads it.
    turn.end();
    answer(connections.introduction());
    Membership joined = connections.documents().join(this);
    Iterator<Present> announcements = joined.announcements();
    try {
      while (announcements.hasNext()) {
        answer(announcements.next());
        awaitRoom();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    membership = joined;
    if (gone) {
      joined.leave();
    }
  }

  private void awaitRoom() throws InterruptedException {
    Open now = open;
    if (now != null) {
      now.outbound.awaitRoom();
    }
  }

  private void send(Frame frame) {
    Open now = open;
    if (now != null) {
      now.outbound.send(frame);
    }
  }

  @Override
  public void answer(Message message) {
    toll.countBytes(Sizes.of(message));
    Open now = open;
    if (now != null) {
      now.outbound.answer(message);
    }
  }

  @Override
  public void change(Message message) {
    Open now = open;
    if (now != null) {
      now.outbound.change(message);
    }
  }

  @Override
  public void change(EncodedOffer offer) {
    Open now = open;
    if (now != null) {
      now.outbound.change(offer);
    }
  }

  @Override
  public boolean hasRoom() {
    Open now = open;
    return now != null && now.outbound.hasRoom();
  }

  @Override
  public boolean isGreedy() {
    return toll.isGreedy();
  }

  @Override
  public boolean maySee(String docId) {
    return Guarded.ask(() -> access.maySee(docId));
  }

  @Override
  public boolean mayWrite(String docId) {
    return Guarded.ask(() -> access.mayWrite(docId));
  }

  @Override
  public Dialect dialect() {
    return wire.version().orElse(WireVersion.V3) == WireVersion.V1 ? Dialect.V1 : Dialect.V3;
  }

  /** Says farewell after what is on its way, and closes. */
  void finish(int code, String reason) {
    Open now = open;
    if (now != null && startClosing()) {
      if (membership != null) {
        now.outbound.answer(new Depart());
      }
      now.outbound.closeAfterwards(code, reason);
    }
  }

  /** Closes at once; what waits is not sent. */
  void close(int code, String reason) {
    Open now = open;
    if (now != null && startClosing()) {
      LOG.info("connection from {}: closing it: {}", remote, reason);
      now.inbound.close();
      now.outbound.closeNow(code, reason);
    }
  }

  private boolean startClosing() {
    boolean first = closing.compareAndSet(false, true);
    if (first) {
      closingSince = System.nanoTime();
    }
    return first;
  }

  /** Takes no more messages. */
  void stopReading() {
    Open now = open;
    if (now != null) {
      now.inbound.stop();
    }
  }

  /** Ends the connection without another word. */
  void abort() {
    Open now = open;
    if (now != null) {
      now.session.abort();
    }
  }

  /** Looks after a connection on which nothing may happen any more; called every few seconds. */
  void lookAfter(Duration graceAfterClose) {
    Open now = open;
    if (now == null) {
      return;
    }
    long time = System.nanoTime();
    boolean overdue = closing.get() && time - closingSince > graceAfterClose.toNanos();
    boolean stuck = now.outbound.stuckNanos() > LONGEST_STUCK.toNanos();
    long silence = now.inbound.isPaused() ? 0 : time - lastHeard;
    if (overdue || stuck || silence > LONGEST_SILENCE.toNanos()) {
      now.session.abort();
      return;
    }
    if (silence > SILENCE_BEFORE_PING.toNanos()) {
      send(new Frame(OpCode.PING));
    }
    now.inbound.expire();
  }

  @Override
  public String toString() {
    return "Connection[" + remote + "]";
  }
}
