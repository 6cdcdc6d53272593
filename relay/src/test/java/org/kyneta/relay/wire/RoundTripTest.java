package org.kyneta.relay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.kyneta.relay.wire.Message.Establish;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.relay.wire.Message.Vacant;
import org.kyneta.store.Payload;
import tools.jackson.dataformat.cbor.CBORFactory;

/** What one side says is what the other hears. */
final class RoundTripTest {

  private static WireLimits limits(int fragmentBytes) {
    return new WireLimits(1 << 20, 32, 1 << 20, Duration.ofSeconds(10), 100, 10_000, fragmentBytes);
  }

  @Provide
  Arbitrary<Message> messages() {
    return Messages.any();
  }

  @Provide
  Arbitrary<WireVersion> versions() {
    return Arbitraries.of(WireVersion.class);
  }

  @Property(tries = 300)
  void aWholeSessionIsHeardAsItWasSaid(
      @ForAll("versions") WireVersion version,
      @ForAll boolean aliases,
      @ForAll @IntRange(max = 300) int fragmentBytes,
      @ForAll @Size(max = 20) List<@From("messages") Message> said)
      throws WireException {
    Wire client = Wire.client(version, limits(fragmentBytes), System::nanoTime);
    Wire server = Wire.server(limits(0), System::nanoTime);
    say(client, server, Samples.establish(true));
    say(server, client, Samples.establish(aliases));
    for (Message message : said) {
      assertThat(say(client, server, message)).isEqualTo(known(message, version));
    }
    assertThat(server.version()).contains(version);
    assertThat(server.lostMessages()).isZero();
  }

  private static Optional<Message> say(Wire speaker, Wire listener, Message message)
      throws WireException {
    Optional<Message> heard = Optional.empty();
    for (ByteBuffer frame : speaker.encode(message)) {
      assertThat(heard).isEmpty();
      // Bytes around the frame and a buffer without an array are nothing to the reader.
      ByteBuffer direct = ByteBuffer.allocateDirect(frame.remaining() + 7).position(3);
      direct.put(frame).flip().position(3);
      heard = listener.accept(direct);
      assertThat(direct.position()).isEqualTo(3);
    }
    return heard;
  }

  /** What is left of a message in a version of the wire. */
  private static Optional<Message> known(Message message, WireVersion version) {
    if (version == WireVersion.V3) {
      return Optional.of(message);
    }
    return switch (message) {
      case Vacant vacant -> Optional.empty();
      case Establish(var id, var name, var kind, var aliases, var major, var minor) ->
          Optional.of(new Establish(id, name, kind, aliases, 1, 0));
      case Offer(var id, Payload(var kind, var encoding, var data, var lineage), var v, var r) ->
          Optional.of(new Offer(id, new Payload(kind, encoding, data, null), v, r));
      default -> Optional.of(message);
    };
  }

  @Property(tries = 300)
  void anotherReaderOfCborReadsTheSame(@ForAll("messages") Message message) {
    Wire client = Wire.client(WireVersion.V3, limits(0), System::nanoTime);
    byte[] frame = Samples.bytes(client.encode(message).getFirst());
    byte[] cbor = new byte[frame.length - 10];
    System.arraycopy(frame, 10, cbor, 0, cbor.length);
    Map<String, Object> read = Json.parse(new CBORFactory(), cbor);
    if (message instanceof Offer offer) {
      Map<String, Object> expected = new HashMap<>();
      expected.put("t", 0x12);
      expected.put("doc", offer.docId());
      expected.put("pk", offer.payload().kind() == Payload.Kind.SINCE ? 1 : 0);
      expected.put("pe", offer.payload().encoding() == Payload.Encoding.BINARY ? 1 : 0);
      expected.put("v", offer.version());
      if (offer.reciprocate()) {
        expected.put("r", true);
      }
      if (offer.payload().lineage() != null) {
        expected.put("ln", offer.payload().lineage());
      }
      switch (offer.payload().data()) {
        case Payload.Text(String text) -> expected.put("d", text);
        case Payload.Bytes(byte[] bytes) -> assertThat((byte[]) read.remove("d")).isEqualTo(bytes);
      }
      assertThat(read).isEqualTo(expected);
    }
  }

  @Property(tries = 200)
  void anOfferThatIsSharedIsWhatItIsAlone(
      @ForAll("messages") Message message,
      @ForAll("versions") WireVersion version,
      @ForAll @IntRange(max = 300) int fragmentBytes)
      throws WireException {
    Offer offer =
        message instanceof Offer found ? found : Samples.offer("doc-1", new byte[fragmentBytes]);
    EncodedOffer shared = EncodedOffer.of(offer);
    assertThat(shared.offer()).isSameAs(offer);
    for (boolean aliases : new boolean[] {true, false}) {
      Wire client = Wire.client(version, limits(fragmentBytes), System::nanoTime);
      Wire twin = Wire.client(version, limits(fragmentBytes), System::nanoTime);
      for (Wire wire : List.of(client, twin)) {
        wire.accept(
            Wire.client(version, limits(0), System::nanoTime)
                .encode(Samples.establish(aliases))
                .getFirst());
        wire.encode(Samples.establish(true));
        wire.encode(new Present(List.of(Samples.document(offer.docId(), "h"))));
      }
      assertThat(new ArrayList<>(client.encode(shared)))
          .isEqualTo(new ArrayList<>(twin.encode(offer)));
      assertThat(new ArrayList<>(client.encode(shared)))
          .isEqualTo(new ArrayList<>(twin.encode(offer)));
    }
  }
}
