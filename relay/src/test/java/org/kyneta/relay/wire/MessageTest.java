package org.kyneta.relay.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.kyneta.relay.wire.Message.Dismiss;
import org.kyneta.relay.wire.Message.Document;
import org.kyneta.relay.wire.Message.Establish;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.PeerKind;
import org.kyneta.relay.wire.Message.Vacant;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.SyncMode;

/** What messages may hold. */
final class MessageTest {

  private static final ReplicaType TYPE = new ReplicaType("yjs", 1, 0);
  private static final SyncMode MODE = SyncMode.COLLABORATIVE;

  static List<Arguments> bounded() {
    return List.of(
        bounded("dismiss", 512, Dismiss::new),
        bounded("vacant", 512, Vacant::new),
        bounded("interest", 512, id -> new Interest(id, null, false)),
        bounded("offer", 512, Samples::offer),
        bounded("document", 512, id -> new Document(id, TYPE, MODE, "h", Set.of("h"))),
        bounded("hash", 256, hash -> new Document("d", TYPE, MODE, hash, Set.of(hash))),
        bounded(
            "supported hash", 256, hash -> new Document("d", TYPE, MODE, "h", Set.of("h", hash))),
        bounded(
            "replica type",
            256,
            name -> new Document("d", new ReplicaType(name, 1, 0), MODE, "h", Set.of("h"))),
        bounded("peer id", 1024, id -> new Establish(id, null, PeerKind.BOT, false, 1, 0)),
        bounded("peer name", 1024, name -> new Establish("p", name, PeerKind.BOT, false, 1, 0)));
  }

  private static Arguments bounded(String what, int bytes, Function<String, Object> maker) {
    return Arguments.of(what, bytes, maker);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bounded")
  void textsHaveBoundsInBytesOfUtf8(String what, int bytes, Function<String, Object> maker) {
    String longest = "ü".repeat(bytes / 2);
    assertThat(maker.apply(longest)).as(what).isNotNull();
    assertThat(maker.apply("x".repeat(bytes))).isNotNull();
    assertThatThrownBy(() -> maker.apply(longest + "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected at most " + bytes + " bytes of UTF-8, found " + (bytes + 1))
        .hasMessageNotContaining("ü");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bounded")
  void textsAreUnicode(String what, int bytes, Function<String, Object> maker) {
    assertThat(maker.apply("\ud83d\ude00")).as(what).isNotNull();
    for (String broken : List.of("\ud83d", "\ude00", "\ude00\ud83d", "a\ud83d\ud83d\ude00")) {
      assertThatThrownBy(() -> maker.apply(broken))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("unpaired surrogate");
    }
  }

  @Test
  void aDocumentSupportsItsOwnHash() {
    assertThatThrownBy(() -> new Document("d", TYPE, MODE, "h", Set.of("i")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void protocolVersionsBeginAt1() {
    assertThatThrownBy(() -> new Establish("p", null, PeerKind.BOT, false, 0, 9))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Establish("p", null, PeerKind.BOT, false, 1, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void limitsHaveRanges() {
    Duration age = Duration.ofNanos(1);
    assertThat(new WireLimits(1, 1, 1, age, 1, 1, 0)).isNotNull();
    List<Runnable> wrong =
        List.of(
            () -> new WireLimits(0, 1, 1, age, 1, 1, 0),
            () -> new WireLimits(1, 0, 1, age, 1, 1, 0),
            () -> new WireLimits(1, 1, 0, age, 1, 1, 0),
            () -> new WireLimits(1, 1, 1, Duration.ZERO, 1, 1, 0),
            () -> new WireLimits(1, 1, 1, age, 0, 1, 0),
            () -> new WireLimits(1, 1, 1, age, 1, 0, 0),
            () -> new WireLimits(1, 1, 1, age, 1, 1, -1));
    for (Runnable runnable : wrong) {
      assertThatThrownBy(runnable::run).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
