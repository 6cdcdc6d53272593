package org.kyneta.relay.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kyneta.relay.wire.Message.Dismiss;
import org.kyneta.relay.wire.Message.Document;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.relay.wire.Message.Vacant;
import org.kyneta.relay.wire.WireException.Reason;
import tools.jackson.dataformat.cbor.CBORFactory;

/** Numbers in the place of names: when they are given, used, and understood. */
final class AliasTest {

  private final Wire client = wire(WireLimits.DEFAULT);
  private final Wire server = wire(WireLimits.DEFAULT);

  private static Wire wire(WireLimits limits) {
    return Wire.client(WireVersion.V3, limits, System::nanoTime);
  }

  private static Present present(Document... documents) {
    return new Present(List.of(documents));
  }

  private static Optional<Message> say(Wire speaker, Wire listener, Message message)
      throws WireException {
    return listener.accept(speaker.encode(message).getFirst());
  }

  private void establish(boolean clientAliases, boolean serverAliases) throws WireException {
    say(client, server, Samples.establish(clientAliases));
    say(server, client, Samples.establish(serverAliases));
  }

  private Map<String, Object> fields(Message message) {
    byte[] frame = Samples.bytes(client.encode(message).getFirst());
    byte[] cbor = new byte[frame.length - 10];
    System.arraycopy(frame, 10, cbor, 0, cbor.length);
    return Json.parse(new CBORFactory(), cbor);
  }

  private List<?> documents(Document... documents) {
    return (List<?>) fields(present(documents)).getOrDefault("docs", List.of());
  }

  @Test
  void aDocumentHasItsNameUntilItIsAnnouncedAndItsNumberAfterwards() throws WireException {
    establish(true, true);
    assertThat(fields(new Dismiss("a"))).containsEntry("doc", "a").doesNotContainKey("dx");
    fields(present(Samples.document("a", "h"), Samples.document("b", "h")));
    assertThat(fields(new Dismiss("a"))).containsEntry("dx", 0).doesNotContainKey("doc");
    assertThat(fields(new Vacant("b"))).containsEntry("dx", 1).doesNotContainKey("doc");
    assertThat(fields(new Interest("b", null, false))).containsEntry("dx", 1);
    assertThat(fields(Samples.offer("b"))).containsEntry("dx", 1).doesNotContainKey("doc");
    assertThat(fields(Samples.offer("c"))).containsEntry("doc", "c").doesNotContainKey("dx");
  }

  @Test
  void numbersAreUsedOnlyIfBothSidesUnderstandThem() throws WireException {
    for (boolean ours : new boolean[] {true, false}) {
      establish(ours, !ours);
      fields(present(Samples.document("a", "h")));
      assertThat(fields(new Dismiss("a"))).containsEntry("doc", "a").doesNotContainKey("dx");
      assertThat(documents(Samples.document("b", "h")).toString())
          .contains("sh=h")
          .doesNotContain("shx");
    }
  }

  @Test
  void aSchemaHashIsSpeltOutOnceAndNumberedAfterwards() throws WireException {
    establish(true, true);
    List<Object> type = List.of("yjs", 1, 0);
    assertThat(
            List.<Object>copyOf(
                documents(
                    Samples.document("a", "h"),
                    Samples.document("b", "h"),
                    Samples.document("c", "i"))))
        .containsExactly(
            Map.of("d", "a", "a", 0, "rt", type, "ms", 0, "sh", "h", "sa", 0),
            Map.of("d", "b", "a", 1, "rt", type, "ms", 0, "shx", 0),
            Map.of("d", "c", "a", 2, "rt", type, "ms", 0, "sh", "i", "sa", 1));
    assertThat(List.<Object>copyOf(documents(Samples.document("a", "i"))))
        .containsExactly(Map.of("d", "a", "a", 0, "rt", type, "ms", 0, "shx", 1));
  }

  @Test
  void numbersOfTheTwoDirectionsAreApart() throws WireException {
    establish(true, true);
    say(client, server, present(Samples.document("a", "h")));
    say(server, client, present(Samples.document("b", "h"), Samples.document("a", "h")));
    assertThat(say(client, server, new Dismiss("a"))).contains(new Dismiss("a"));
    assertThat(say(server, client, new Dismiss("a"))).contains(new Dismiss("a"));
    assertThat(say(server, client, new Dismiss("b"))).contains(new Dismiss("b"));
  }

  @Test
  void aNumberThatIsGivenAnewMeansTheNewName() throws WireException {
    Wire other = wire(WireLimits.DEFAULT);
    establish(true, true);
    say(client, server, present(Samples.document("a", "h")));
    say(other, server, present(Samples.document("b", "h")));
    assertThat(say(client, server, new Dismiss("a"))).contains(new Dismiss("b"));
  }

  @Test
  void aMessageThatCannotBeSentGivesNoNumbers() throws WireException {
    Wire tiny = wire(new WireLimits(100, 1, 100, Duration.ofSeconds(1), 1, 100, 1));
    say(client, server, Samples.establish(true));
    tiny.accept(client.encode(Samples.establish(true)).getFirst());
    tiny.encode(Samples.establish(true));
    tiny.encode(present(Samples.document("a", "h")));
    List<Document> many =
        IntStream.range(0, 2000).mapToObj(i -> Samples.document("d" + i, "h" + i)).toList();
    assertThatThrownBy(() -> tiny.encode(new Present(many)))
        .isInstanceOf(IllegalArgumentException.class);
    // A byte is a piece: a2 6174 13 626478 00, but a2 6174 13 63646f63 626430.
    assertThat(tiny.encode(new Dismiss("a"))).hasSize(8);
    assertThat(tiny.encode(new Dismiss("d0"))).hasSize(11);
    // The hash is spelt out again, and its number is the next.
    ByteBuffer lastByte = tiny.encode(present(Samples.document("d0", "h0"))).getLast();
    assertThat(lastByte.get(WireLimits.FRAME_BYTES)).isEqualTo((byte) 1);
  }

  @Test
  void namesTakeNoMoreMemoryThanAllowed() throws WireException {
    Wire tight = wire(new WireLimits(1000, 1, 100, Duration.ofSeconds(1), 100, 250, 0));
    // Two names of about 100 bytes each, the document's and its hash's; a third is too much.
    Present one = present(Samples.document("a", "h"));
    assertThat(tight.accept(client.encode(one).getFirst())).contains(one);
    assertThat(tight.accept(client.encode(one).getFirst())).contains(one);
    ByteBuffer two = client.encode(present(Samples.document("b", "h"))).getFirst();
    WireException refusal = catchThrowableOfType(WireException.class, () -> tight.accept(two));
    assertThat(refusal.reason()).isEqualTo(Reason.LIMIT);
    assertThat(tight.accept(client.encode(new Dismiss("a")).getFirst())).contains(new Dismiss("a"));
  }

  @Test
  void onlyTheFirstNamesAreGivenNumbers() throws WireException {
    establish(true, true);
    for (int i = 0; i < OutboundAliases.MOST; i++) {
      assertThat(documents(Samples.document("d" + i, "h" + i)).toString())
          .contains("a=" + i, "sa=" + i);
    }
    for (int round = 0; round < 2; round++) {
      assertThat(documents(Samples.document("one more", "another")).toString())
          .contains("d=one more", "sh=another")
          .doesNotContain(" a=", "sa=", "shx=");
    }
    assertThat(fields(new Dismiss("one more"))).containsEntry("doc", "one more");
    assertThat(fields(new Dismiss("d7"))).containsEntry("dx", 7);
    assertThat(documents(Samples.document("d9", "h9")).toString()).contains("a=9", "shx=9");
    assertThat(say(client, server, present(Samples.document("the last", "another"))))
        .contains(present(Samples.document("the last", "another")));
  }
}
