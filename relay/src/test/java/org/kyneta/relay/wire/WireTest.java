package org.kyneta.relay.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kyneta.relay.wire.Message.Depart;
import org.kyneta.relay.wire.Message.Dismiss;
import org.kyneta.relay.wire.Message.Document;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.relay.wire.Message.Vacant;
import org.kyneta.relay.wire.WireException.Reason;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.SyncMode;

/** A connection's wire: versions, sequence numbers, sizes. */
final class WireTest {

  private static Wire client(WireVersion version, int fragmentBytes) {
    return Wire.client(version, limits(1 << 20, fragmentBytes), System::nanoTime);
  }

  private static WireLimits limits(int messageBytes, int fragmentBytes) {
    return new WireLimits(
        messageBytes, 32, 1 << 20, Duration.ofSeconds(10), 10, 10_000, fragmentBytes);
  }

  private static Wire server() {
    return Wire.server(limits(1 << 20, 0), System::nanoTime);
  }

  private static Reason refusal(Wire wire, ByteBuffer frame) {
    WireException refusal = catchThrowableOfType(WireException.class, () -> wire.accept(frame));
    assertThat(refusal).isNotNull();
    return refusal.reason();
  }

  private static String hex(ByteBuffer frame) {
    return HexFormat.of().formatHex(Samples.bytes(frame));
  }

  @Test
  void aServerSpeaksTheVersionOfTheFirstFrame() throws WireException {
    for (WireVersion version : WireVersion.values()) {
      Wire server = server();
      assertThat(server.version()).isEmpty();
      assertThatThrownBy(() -> server.encode(new Depart()))
          .isInstanceOf(IllegalStateException.class);
      server.accept(client(version, 0).encode(Samples.establish(true)).getFirst());
      assertThat(server.version()).contains(version);
      assertThat(server.encode(new Depart()).getFirst().get(0)).isEqualTo((byte) version.number());
    }
  }

  @Test
  void framesOfAnotherVersionAreRefusedAndTheConnectionGoesOn() throws WireException {
    for (WireVersion version : WireVersion.values()) {
      WireVersion other = version == WireVersion.V1 ? WireVersion.V3 : WireVersion.V1;
      Wire server = server();
      server.accept(client(version, 0).encode(new Depart()).getFirst());
      assertThat(refusal(server, client(other, 0).encode(new Depart()).getFirst()))
          .isEqualTo(Reason.VERSION);
      assertThat(server.accept(client(version, 0).encode(new Depart()).getFirst())).isPresent();
    }
  }

  @Test
  void aFrameThatIsNoneSettlesNoVersion() {
    Wire server = server();
    assertThat(refusal(server, ByteBuffer.wrap(new byte[] {2, 0, 0, 0, 0, 0, 0, 0, 0, 1})))
        .isEqualTo(Reason.VERSION);
    assertThat(refusal(server, ByteBuffer.wrap(new byte[] {1, 0, 0}))).isEqualTo(Reason.FRAME);
    assertThat(refusal(server, ByteBuffer.wrap(new byte[] {1, 2, 0, 0, 0, 0})))
        .isEqualTo(Reason.FRAME);
    assertThat(refusal(server, ByteBuffer.wrap(new byte[0]))).isEqualTo(Reason.FRAME);
    assertThat(server.version()).isEmpty();
  }

  @Test
  void framesAreNumberedByMessageFrom1() {
    Wire client = client(WireVersion.V3, 30);
    assertThat(client.encode(new Depart()).getFirst().getInt(6)).isEqualTo(1);
    List<ByteBuffer> pieces = client.encode(Samples.offer("d", new byte[100]));
    assertThat(pieces).hasSizeGreaterThan(3);
    assertThat(pieces).allSatisfy(piece -> assertThat(piece.getInt(6)).isEqualTo(2));
    assertThat(client.encode(new Depart()).getFirst().getInt(6)).isEqualTo(3);
  }

  @Test
  void theNumberAfterTheLastOf32BitsIs0() throws WireException {
    Wire client = new Wire(WireVersion.V3, limits(1 << 20, 30), System::nanoTime, -3);
    Wire server = server();
    assertThat(hex(client.encode(new Depart()).getFirst()).substring(12, 20)).isEqualTo("fffffffe");
    for (String number : List.of("ffffffff", "00000000", "00000001")) {
      Message.Offer offer = Samples.offer("d" + number, new byte[100]);
      List<ByteBuffer> pieces = client.encode(offer);
      assertThat(pieces).hasSizeGreaterThan(3);
      for (ByteBuffer piece : pieces.subList(0, pieces.size() - 1)) {
        assertThat(hex(piece).substring(12, 20)).isEqualTo(number);
        assertThat(server.accept(piece)).isEmpty();
      }
      assertThat(server.accept(pieces.getLast())).contains(offer);
    }
    assertThat(hex(client.encode(new Depart()).getFirst()).substring(12, 20)).isEqualTo("00000002");
  }

  @Test
  void piecesOfVersion1AreNumberedByMessageThatIsCutFrom1() {
    Wire client = client(WireVersion.V1, 30);
    assertThat(hex(client.encode(new Depart()).getFirst())).isEqualTo("010000000004a1617402");
    for (int message = 1; message <= 0x1_0001; message++) {
      ByteBuffer piece = client.encode(Samples.offer("d", new byte[4])).getFirst();
      assertThat(piece.getShort(6)).isEqualTo((short) message);
    }
  }

  @Test
  void aPayloadIsCutAboveTheThresholdAndNotAtIt() {
    // a2 6174 13 63646f63 78.. and the id
    Dismiss message = new Dismiss("x".repeat(100));
    int size = client(WireVersion.V3, 0).encode(message).getFirst().remaining() - 10;
    assertThat(client(WireVersion.V3, size).encode(message))
        .isEqualTo(client(WireVersion.V3, 0).encode(message));
    List<ByteBuffer> pieces = client(WireVersion.V3, size - 1).encode(message);
    assertThat(pieces).hasSize(2);
    assertThat(hex(pieces.get(1)))
        .isEqualTo("03" + "01" + "00000001" + "00000001" + "0001" + "0002" + "0000006e" + "78");
  }

  @Test
  void inVersion1TheWholeFrameIsCut() {
    Dismiss message = new Dismiss("x".repeat(100));
    int size = client(WireVersion.V1, 0).encode(message).getFirst().remaining();
    assertThat(client(WireVersion.V1, size).encode(message))
        .isEqualTo(client(WireVersion.V1, 0).encode(message));
    List<ByteBuffer> pieces = client(WireVersion.V1, size - 1).encode(message);
    assertThat(hex(pieces.get(0))).startsWith("0101" + "00000073" + "0001" + "0000" + "0002");
    assertThat(hex(pieces.get(1)))
        .isEqualTo("01" + "01" + "00000001" + "0001" + "0001" + "0002" + "00000074" + "78");
  }

  @Test
  void aMessageInTooManyPiecesIsRefusedAndChangesNothing() {
    Wire client = client(WireVersion.V3, 1);
    assertThatThrownBy(() -> client.encode(Samples.offer("d", new byte[65536])))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(client.encode(new Depart()).getFirst().getInt(6)).isEqualTo(1);
  }

  @Test
  void anOfferOfManyMegabytesGoesThroughInPieces() throws WireException {
    byte[] bytes = new byte[20 << 20];
    bytes[bytes.length - 1] = 7;
    Wire client = Wire.client(WireVersion.V3, WireLimits.DEFAULT, System::nanoTime);
    Wire server = Wire.server(WireLimits.DEFAULT, System::nanoTime);
    List<ByteBuffer> pieces = client.encode(Samples.offer("d", bytes));
    for (ByteBuffer piece : pieces.subList(0, pieces.size() - 1)) {
      assertThat(piece.remaining()).isEqualTo(102400 + WireLimits.FRAME_BYTES);
      assertThat(server.accept(piece)).isEmpty();
    }
    assertThat(server.accept(pieces.getLast())).contains(Samples.offer("d", bytes));
  }

  @Test
  void aPayloadAboveTheLimitIsRefused() throws WireException {
    Wire server = Wire.server(limits(20, 0), System::nanoTime);
    assertThat(
            server.accept(client(WireVersion.V3, 0).encode(new Dismiss("x".repeat(11))).getFirst()))
        .isPresent();
    assertThat(
            refusal(
                server, client(WireVersion.V3, 0).encode(new Dismiss("x".repeat(12))).getFirst()))
        .isEqualTo(Reason.LIMIT);
  }

  @Test
  void documentsAndHashesAboveTheLimitAreRefused() throws WireException {
    List<Document> ten =
        IntStream.range(0, 10).mapToObj(i -> Samples.document("d" + i, "h")).toList();
    Wire client = client(WireVersion.V3, 0);
    Wire server = server();
    assertThat(server.accept(client.encode(new Present(ten)).getFirst())).isPresent();
    Set<String> hashes = new LinkedHashSet<>(List.of("a", "b", "c", "d", "e", "f", "g", "h", "i"));
    for (boolean tooMany : new boolean[] {false, true}) {
      ByteBuffer frame =
          client
              .encode(
                  new Present(
                      List.of(
                          new Document(
                              "d",
                              new ReplicaType("plain", 1, 0),
                              SyncMode.EPHEMERAL,
                              "h",
                              Set.copyOf(hashes)))))
              .getFirst();
      if (tooMany) {
        assertThat(refusal(server, frame)).isEqualTo(Reason.LIMIT);
      } else {
        assertThat(server.accept(frame)).isPresent();
      }
      hashes.add("j");
    }
  }

  @Test
  void unknownKeysAreNotRememberedWithoutEnd() {
    CborWriter out = new CborWriter(1 << 16).mapHead(5001);
    out.key("t").unsigned(2);
    for (int i = 0; i < 5000; i++) {
      out.text("unknown" + i).unsigned(0);
    }
    ByteBuffer frame = Frame.complete(WireVersion.V3, new Body(out.toBytes()), 1);
    assertThat(refusal(server(), frame)).isEqualTo(Reason.LIMIT);
  }

  @Test
  void version1HasNoWordForVacant() {
    assertThat(client(WireVersion.V1, 0).encode(new Vacant("d"))).isEmpty();
  }

  @Test
  void version1HasNoLineageAndNoProtocolVersion() {
    Payload payload = Payload.json(Kind.SINCE, "[]").withLineage("g");
    Message offer = new Message.Offer("d", payload, "1", false);
    Message establish = new Message.Establish("p", null, Message.PeerKind.SERVICE, false, 2, 3);
    assertThat(hex(client(WireVersion.V1, 0).encode(offer).getFirst()))
        .isEqualTo(
            "01"
                + "00"
                + "0000001b"
                + "a6"
                + "617412"
                + "62706b01"
                + "62706500"
                + "6164625b5d"
                + "61766131"
                + "63646f636164");
    assertThat(hex(client(WireVersion.V3, 0).encode(offer).getFirst())).endsWith("626c6e6167");
    assertThat(hex(client(WireVersion.V1, 0).encode(establish).getFirst()))
        .isEqualTo("010000000013" + "a3" + "617401" + "6269646170" + "61796773657276696365");
    assertThat(hex(client(WireVersion.V3, 0).encode(establish).getFirst()))
        .endsWith("627076820203");
  }

  @Test
  void aTextWithoutUtf8FormIsRefused() {
    Payload half = Payload.json(Kind.SINCE, "\"\ud83d\"");
    assertThatThrownBy(() -> EncodedOffer.of(new Message.Offer("d", half, "1", false)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> client(WireVersion.V3, 0).encode(new Message.Interest("d", "\udc00", false)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFragmentWithinFragmentsIsRefused() throws WireException {
    Wire client = client(WireVersion.V1, 20);
    ByteBuffer inner = client.encode(Samples.offer("d", new byte[40])).getFirst();
    List<ByteBuffer> outer =
        Frames.of(WireVersion.V1, new Body(Samples.bytes(inner)), 9, inner.remaining() / 2);
    Wire server = server();
    for (ByteBuffer piece : outer.subList(0, outer.size() - 1)) {
      assertThat(server.accept(piece)).isEmpty();
    }
    assertThat(refusal(server, outer.getLast())).isEqualTo(Reason.FRAME);
  }
}
