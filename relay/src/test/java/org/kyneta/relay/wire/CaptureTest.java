package org.kyneta.relay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kyneta.relay.wire.Capture.Recorded;
import org.kyneta.relay.wire.Message.Depart;
import org.kyneta.relay.wire.Message.Dismiss;
import org.kyneta.relay.wire.Message.Document;
import org.kyneta.relay.wire.Message.Establish;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.relay.wire.Message.Vacant;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Data;
import org.kyneta.store.Payload.Encoding;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.Payload.Text;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.SyncMode;

/** What real clients and the original's relay said to each other, read and said again. */
final class CaptureTest {

  private static final String DOC_ID = "doc-1";
  private static final List<SyncMode> MODES =
      List.of(SyncMode.COLLABORATIVE, SyncMode.AUTHORITATIVE, SyncMode.EPHEMERAL);
  private static final List<Kind> KINDS = List.of(Kind.ENTIRETY, Kind.SINCE);
  private static final List<Encoding> ENCODINGS = List.of(Encoding.JSON, Encoding.BINARY);

  private final Wire server = Wire.server(WireLimits.DEFAULT, System::nanoTime);
  private final Wire client = Wire.client(WireVersion.V3, WireLimits.DEFAULT, System::nanoTime);

  /** Where there are none, this is what says so: tests without cases are not even counted. */
  @Test
  void thereAreRecordingsOfEveryReplicaType() {
    assertThat(Capture.all().map(Capture::name).map(name -> name.replaceFirst("-.*", "")))
        .contains("plain", "yjs", "loro", "ephemeral", "state");
  }

  @ParameterizedTest
  @MethodSource("org.kyneta.relay.wire.Capture#all")
  void everyFrameIsReadAsRecordedAndWrittenAgainByteForByte(Capture capture) throws WireException {
    assertThat(capture.frames()).hasSizeGreaterThan(8);
    for (Recorded recorded : capture.frames()) {
      Wire sender = recorded.fromClient() ? client : server;
      Wire receiver = recorded.fromClient() ? server : client;
      ByteBuffer frame = ByteBuffer.wrap(recorded.bytes());
      assertThat(frame.getInt(6)).isEqualTo(recorded.sequence());
      Optional<Message> message = receiver.accept(frame);
      assertThat(message).as(recorded.toString()).isPresent();
      check(message.get(), recorded);
      List<ByteBuffer> again = sender.encode(message.get());
      assertThat(again).hasSize(1);
      assertThat(again.getFirst()).isEqualTo(ByteBuffer.wrap(expected(recorded)));
    }
    assertThat(server.lostMessages() + client.lostMessages()).isZero();
  }

  /** The one thing that our form leaves out: what is false in an offer need not be said. */
  private static byte[] expected(Recorded recorded) {
    String hex = HexFormat.of().formatHex(recorded.bytes());
    if (!recorded.message().equals("offer") || !recorded.json().contains("\"r\":false")) {
      return recorded.bytes();
    }
    int at = hex.lastIndexOf("6172f4");
    String shorter = hex.substring(20, at) + hex.substring(at + 6);
    int fields = Integer.parseInt(shorter.substring(1, 2)) - 1;
    return HexFormat.of()
        .parseHex(
            hex.substring(0, 4)
                + "%08x".formatted(recorded.bytes().length - 13)
                + hex.substring(12, 20)
                + "a"
                + fields
                + shorter.substring(2));
  }

  private static void check(Message message, Recorded recorded) {
    Map<String, Object> json = Json.parse(recorded.json());
    assertThat(message.getClass().getSimpleName().toLowerCase(Locale.ROOT))
        .isEqualTo(recorded.message());
    switch (message) {
      case Establish establish -> {
        assertThat(establish.peerId()).isEqualTo(json.get("id"));
        assertThat(establish.name()).isNull();
        assertThat(establish.kind().name()).isEqualToIgnoringCase((String) json.get("y"));
        assertThat(establish.aliases()).isEqualTo(Map.of("a", true).equals(json.get("f")));
        assertThat(establish.major()).isEqualTo(1);
        assertThat(establish.minor()).isZero();
      }
      case Depart depart -> assertThat(json).containsOnlyKeys("t");
      case Present(List<Document> documents) ->
          assertThat(json.get("docs"))
              .isEqualTo(documents.stream().map(CaptureTest::shown).toList());
      case Interest interest -> {
        assertThat(interest.docId()).isEqualTo(DOC_ID);
        assertThat(interest.version()).isEqualTo(json.get("v"));
        assertThat(interest.reciprocate()).isEqualTo(json.get("r"));
      }
      case Offer offer -> check(offer, json);
      case Dismiss(String docId) -> assertThat(docId).isEqualTo(DOC_ID);
      case Vacant(String docId) -> assertThat(docId).isEqualTo(DOC_ID);
    }
  }

  /** A document as recordings show the first one that is announced. */
  private static Map<String, Object> shown(Document document) {
    assertThat(document.supportedHashes()).containsExactly(document.schemaHash());
    ReplicaType type = document.type();
    return Map.of(
        "d", document.docId(),
        "a", 0,
        "rt", List.of(type.name(), type.major(), type.minor()),
        "ms", MODES.indexOf(document.mode()),
        "sh", document.schemaHash(),
        "sa", 0);
  }

  private static void check(Offer offer, Map<String, Object> json) {
    assertThat(offer.docId()).isEqualTo(DOC_ID);
    assertThat(offer.version()).isEqualTo(json.get("v"));
    assertThat(offer.reciprocate()).isEqualTo(json.getOrDefault("r", false));
    assertThat(offer.payload().lineage()).isEqualTo(json.get("ln"));
    assertThat(KINDS.indexOf(offer.payload().kind())).isEqualTo(json.get("pk"));
    assertThat(ENCODINGS.indexOf(offer.payload().encoding())).isEqualTo(json.get("pe"));
    // Recordings show the beginning of long byte strings; the frame's bytes are compared anyway.
    String recorded = String.valueOf(json.get("d"));
    assertThat(shown(offer.payload().data())).startsWith(recorded.replaceFirst("\\W*>$", ""));
  }

  /** Data as recordings show it. */
  private static String shown(Data data) {
    return switch (data) {
      case Text(String text) -> text;
      case Bytes(byte[] bytes) -> "<" + bytes.length + " bytes " + HexFormat.of().formatHex(bytes);
    };
  }
}
