package org.kyneta.relay.wire;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.wire.Frame.Fragment;
import org.kyneta.relay.wire.Message.Establish;
import org.kyneta.relay.wire.WireException.Reason;

/**
 * What one connection knows of its wire: the version, pieces of messages that are not complete yet,
 * and the aliases and sequence numbers of both directions.
 *
 * <p>One thread at a time may decode ({@link #accept}, {@link #expire}, {@link #lostMessages},
 * {@link #incompleteBytes}, {@link #aliasBytes}, {@link #release}) and one at a time may encode
 * ({@link #encode}), in the order in which the frames are sent; decoding and encoding may go on
 * beside each other.
 */
public final class Wire {

  private final WireLimits limits;
  private final Reassembly reassembly;
  private final MessageReader reader;
  private final OutboundAliases aliases = new OutboundAliases();
  private final MessageWriter writer = new MessageWriter(aliases);
  private int sequence;
  private boolean ownAliases;
  private volatile boolean peerAliases;
  private volatile @Nullable WireVersion version;

  private Wire(@Nullable WireVersion version, WireLimits limits, LongSupplier nanoTime) {
    this(version, limits, nanoTime, 0);
  }

  /** Makes the wire of a connection on which so many messages were sent, modulo 2^32. */
  Wire(@Nullable WireVersion version, WireLimits limits, LongSupplier nanoTime, int sequence) {
    this.version = version;
    this.sequence = sequence;
    this.limits = Objects.requireNonNull(limits, "limits");
    this.reassembly = new Reassembly(limits, nanoTime);
    this.reader = new MessageReader(limits);
  }

  /**
   * Makes the wire of a connection that a server has accepted: its version is that of the first
   * frame.
   *
   * @param limits what the client may ask of us
   * @param nanoTime a clock that only measures, such as {@link System#nanoTime}
   */
  public static Wire server(WireLimits limits, LongSupplier nanoTime) {
    return new Wire(null, limits, nanoTime);
  }

  /**
   * Makes the wire of a connection whose version is settled, as a client's is.
   *
   * @param version the version
   * @param limits what the peer may ask of us
   * @param nanoTime a clock that only measures, such as {@link System#nanoTime}
   */
  public static Wire client(WireVersion version, WireLimits limits, LongSupplier nanoTime) {
    return new Wire(Objects.requireNonNull(version, "version"), limits, nanoTime);
  }

  /** Returns the version, or empty as long as nothing has come from which to tell it. */
  public Optional<WireVersion> version() {
    return Optional.ofNullable(version);
  }

  /**
   * Takes a binary WebSocket message.
   *
   * @param webSocketMessage its bytes, from position to limit; the buffer is left as it is, and
   *     nothing of it is kept
   * @return the message that it completes, or empty if it is a piece of one that is still
   *     incomplete
   * @throws WireException if it is to be dropped; the connection goes on
   */
  public Optional<Message> accept(ByteBuffer webSocketMessage) throws WireException {
    reassembly.expire();
    ByteBuffer in = webSocketMessage;
    byte[] bytes;
    int from;
    if (in.hasArray()) {
      bytes = in.array();
      from = in.arrayOffset() + in.position();
    } else {
      bytes = new byte[in.remaining()];
      in.get(in.position(), bytes);
      from = 0;
    }
    return accept(bytes, from, from + in.remaining());
  }

  private Optional<Message> accept(byte[] bytes, int from, int to) throws WireException {
    WireVersion spoken = version(bytes, from, to);
    Frame frame = Frame.read(spoken, bytes, from, to);
    version = spoken;
    Fragment piece = frame.fragment();
    if (piece == null) {
      return Optional.of(complete(spoken, frame));
    }
    byte[] whole = reassembly.add(frame, piece);
    if (whole == null) {
      return Optional.empty();
    }
    return Optional.of(
        spoken == WireVersion.V1
            ? complete(spoken, framed(whole))
            : message(spoken, whole, 0, whole.length));
  }

  private WireVersion version(byte[] bytes, int from, int to) throws WireException {
    if (from == to) {
      throw new WireException(Reason.FRAME, "frame: expected at least 1 byte, found 0");
    }
    WireVersion found = WireVersion.of(Byte.toUnsignedInt(bytes[from]));
    WireVersion settled = version;
    if (settled != null && found != settled) {
      throw new WireException(
          Reason.VERSION,
          "frame: expected wire version " + settled.number() + ", found " + found.number());
    }
    return found;
  }

  /** In wire version 1 it is a whole frame that is cut into pieces. */
  private static Frame framed(byte[] bytes) throws WireException {
    if (bytes.length == 0 || bytes[0] != WireVersion.V1.number()) {
      throw new WireException(Reason.VERSION, "frame in fragments: expected wire version 1");
    }
    Frame frame = Frame.read(WireVersion.V1, bytes, 0, bytes.length);
    if (frame.fragment() != null) {
      throw new WireException(Reason.FRAME, "frame in fragments: expected type 0, found 1");
    }
    return frame;
  }

  private Message complete(WireVersion spoken, Frame frame) throws WireException {
    int size = frame.to() - frame.from();
    if (size > limits.messageBytes()) {
      throw new WireException(
          Reason.LIMIT,
          "frame: expected a payload of at most "
              + limits.messageBytes()
              + " bytes, found "
              + size);
    }
    return message(spoken, frame.bytes(), frame.from(), frame.to());
  }

  private Message message(WireVersion spoken, byte[] bytes, int from, int to) throws WireException {
    Message message = reader.read(new CborReader(bytes, from, to), spoken);
    if (message instanceof Establish establish) {
      peerAliases = establish.aliases();
    }
    return message;
  }

  /**
   * Gives up incomplete messages whose time has run out. Every {@link #accept} does so too: this is
   * for connections on which nothing comes.
   */
  public void expire() {
    reassembly.expire();
  }

  /** Returns how many bytes the pieces of incomplete messages have. */
  public long incompleteBytes() {
    return reassembly.held();
  }

  /** Returns about how many bytes of memory the names take that the peer has given aliases. */
  public long aliasBytes() {
    return reader.aliasBytes();
  }

  /** Gives up incomplete messages and forgets aliases, for nothing more will be decoded. */
  public void release() {
    reassembly.clear();
    reader.forgetAliases();
  }

  /** Returns how many incomplete messages were given up because time or room ran out. */
  public long lostMessages() {
    return reassembly.lost();
  }

  /**
   * Encodes a message as the WebSocket messages that are to be sent next, in their order.
   *
   * @param message a message; one that the wire's version does not know gives nothing
   * @return buffers that belong to the caller; those of a large message are made when they are
   *     asked for, and anew each time
   * @throws IllegalArgumentException if a text has an unpaired surrogate, or the message is too
   *     large to be sent; nothing has changed then
   * @throws IllegalStateException if the version is not known yet
   */
  public List<ByteBuffer> encode(Message message) {
    WireVersion spoken = requireVersion();
    if (spoken == WireVersion.V1 && message instanceof Message.Vacant) {
      return List.of();
    }
    aliases.takeBack();
    Body body = writer.write(message, spoken, ownAliases && peerAliases);
    List<ByteBuffer> frames = frames(spoken, body);
    aliases.keep();
    if (message instanceof Establish establish) {
      ownAliases = establish.aliases();
    }
    return frames;
  }

  /**
   * Encodes an offer whose encoding is shared with other connections, as {@link #encode(Message)}
   * does.
   *
   * @param offer the offer
   * @throws IllegalArgumentException if it is too large to be sent
   * @throws IllegalStateException if the version is not known yet
   */
  public List<ByteBuffer> encode(EncodedOffer offer) {
    WireVersion spoken = requireVersion();
    aliases.takeBack();
    return frames(spoken, writer.write(offer, spoken, ownAliases && peerAliases));
  }

  private WireVersion requireVersion() {
    WireVersion settled = version;
    if (settled == null) {
      throw new IllegalStateException("expected a message of the client first, found none");
    }
    return settled;
  }

  private List<ByteBuffer> frames(WireVersion spoken, Body body) {
    int threshold = limits.fragmentBytes();
    boolean isV1 = spoken == WireVersion.V1;
    int cut = isV1 ? Math.addExact(body.size(), spoken.headerSize()) : body.size();
    if (threshold == 0 || cut <= threshold) {
      sequence += isV1 ? 0 : 1;
      return List.of(Frame.complete(spoken, body, sequence));
    }
    Body whole = isV1 ? body.after(Frame.header(spoken, body.size(), 0)) : body;
    List<ByteBuffer> frames = Frames.of(spoken, whole, sequence + 1, threshold);
    sequence++;
    return frames;
  }
}
