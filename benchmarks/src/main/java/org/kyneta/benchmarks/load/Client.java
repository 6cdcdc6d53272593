package org.kyneta.benchmarks.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Establish;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.PeerKind;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.relay.wire.TextMessages;
import org.kyneta.relay.wire.Wire;
import org.kyneta.relay.wire.WireException;
import org.kyneta.relay.wire.WireLimits;
import org.kyneta.relay.wire.WireVersion;

/**
 * A well-behaved client: it presents its documents, asks for them and is asked, and connects again
 * when its connection has ended. On the thread of a loop only.
 */
final class Client {

  private static final WireLimits LIMITS = WireLimits.DEFAULT;
  private static final Duration BEFORE_RECONNECTING = Duration.ofSeconds(1);
  private static final int MOST_PER_PRESENT = 500;

  private final String peerId;
  private final Fleet fleet;
  private final InetSocketAddress address;
  private final Map<String, Part> parts = new LinkedHashMap<>();
  private Wire wire = newWire();
  private @Nullable Channel channel;
  private boolean established;
  private boolean retired;

  /** What a client has to do with a document. */
  interface Part {

    String docId();

    /** Returns the version that the client has, or null to be sent everything. */
    @Nullable String version();

    /** The relay has told which version it has. */
    void asked(Interest interest);

    /** The relay has sent content. */
    void offered(Offer offer);

    /** The connection has ended. */
    void disconnected();
  }

  Client(String peerId, Fleet fleet, InetSocketAddress address) {
    this.peerId = peerId;
    this.fleet = fleet;
    this.address = address;
  }

  private static Wire newWire() {
    return Wire.client(WireVersion.V3, LIMITS, System::nanoTime);
  }

  boolean isEstablished() {
    return established;
  }

  boolean isConnected() {
    return channel != null;
  }

  /** Connects, and again whenever the connection ends, until told otherwise. */
  void connect() {
    if (channel != null || retired || !fleet.mayConnect()) {
      return;
    }
    wire = newWire();
    try {
      channel = Channel.connect(fleet.loop(), address, new Events());
    } catch (IOException e) {
      again();
    }
  }

  private void again() {
    fleet.loop().after(BEFORE_RECONNECTING, this::connect);
  }

  /** Ends the connection for good. */
  void retire() {
    retired = true;
    if (channel != null) {
      channel.close();
    }
  }

  /** Has to do with documents from now on, and tells the relay so. */
  void open(List<? extends Part> more) {
    more.forEach(part -> parts.put(part.docId(), part));
    if (established) {
      present(List.copyOf(more));
    }
  }

  private void present(List<? extends Part> opened) {
    for (int from = 0; from < opened.size(); from += MOST_PER_PRESENT) {
      List<? extends Part> some =
          opened.subList(from, Math.min(opened.size(), from + MOST_PER_PRESENT));
      send(new Present(some.stream().map(part -> Trace.announcement(part.docId())).toList()));
      for (Part part : some) {
        send(new Interest(part.docId(), part.version(), /* reciprocate= */ true));
      }
    }
  }

  /** Sends a message at the end of this round. */
  void send(Message message) {
    if (channel != null) {
      for (ByteBuffer frame : wire.encode(message)) {
        channel.binary(frame);
      }
    }
  }

  private final class Events implements Channel.Listener {

    @Override
    public void text(String text) {
      if (text.equals(TextMessages.READY)) {
        send(new Establish(peerId, null, PeerKind.USER, /* aliases= */ true, 1, 0));
      }
    }

    @Override
    public void binary(ByteBuffer message) {
      try {
        Optional<Message> decoded = wire.accept(message);
        decoded.ifPresent(Client.this::received);
      } catch (WireException e) {
        fleet.problem("the relay has sent what cannot be read: " + e.getMessage());
      }
    }

    @Override
    public void closed() {
      channel = null;
      if (established && !retired) {
        fleet.lostConnection();
      }
      established = false;
      parts.values().forEach(Part::disconnected);
      again();
    }
  }

  private void received(Message message) {
    switch (message) {
      case Establish establish -> {
        established = true;
        present(new ArrayList<>(parts.values()));
      }
      case Present present -> fleet.heardOf(present.documents().size());
      case Interest interest -> {
        Part part = parts.get(interest.docId());
        if (part != null) {
          part.asked(interest);
        }
      }
      case Offer offer -> {
        Part part = parts.get(offer.docId());
        if (part != null && fleet.hears(offer)) {
          part.offered(offer);
        }
      }
      default -> {}
    }
  }
}
