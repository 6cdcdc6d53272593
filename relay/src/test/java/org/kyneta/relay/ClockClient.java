package org.kyneta.relay;

import java.net.URI;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.relay.wire.WireVersion;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.Payload.Text;

/**
 * A client that holds one ephemeral document as the original does: whatever it writes or takes over
 * has the time of its own clock then, and what is offered with an earlier one is dropped.
 */
final class ClockClient implements AutoCloseable {

  private static final String DOC = "doc";

  private final LongSupplier clock;
  private final TestClient client;
  private String image = "{}";
  private double version;
  private int offers;

  private ClockClient(URI relay, LongSupplier clock) {
    this.clock = clock;
    this.client = TestClient.connect(relay, WireVersion.V3, this::handle, UnaryOperator.identity());
  }

  /** Connects, and subscribes to the document. */
  static ClockClient join(URI relay, String peerId, LongSupplier clock) {
    ClockClient client = new ClockClient(relay, clock);
    client.client.establish(peerId);
    client.client.send(Samples.present(DOC, Samples.EPHEMERAL));
    client.client.await(Interest.class);
    client.client.send(new Interest(DOC, "0", /* reciprocate= */ false));
    return client;
  }

  /** Writes, and offers what it has written. */
  synchronized void write(String content) {
    image = content;
    version = clock.getAsLong();
    offer();
  }

  private void offer() {
    String stamp = Long.toString((long) version);
    client.send(new Offer(DOC, Payload.json(Kind.ENTIRETY, image), stamp, false));
  }

  synchronized String image() {
    return image;
  }

  /** Returns how many offers have come, taken over or not. */
  synchronized int offers() {
    return offers;
  }

  /** Returns how often the relay has told that the document exists. */
  long presents() {
    return client.messages().stream().filter(Present.class::isInstance).count();
  }

  private synchronized void handle(Message message) {
    switch (message) {
      case Present present -> client.send(new Interest(DOC, "" + (long) version, false));
      case Interest interest when version > 0 -> offer();
      case Offer offer -> take(offer);
      default -> {}
    }
  }

  private void take(Offer offer) {
    offers++;
    if (Double.parseDouble(offer.version()) > version
        && offer.payload().data() instanceof Text(String text)) {
      image = text;
      version = clock.getAsLong();
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
