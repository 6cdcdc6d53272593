package org.kyneta.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.RecordRejectedException.Rule;

class StreamRulesTest {

  private static final StoreMeta META =
      StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "a");

  private static StoreRecord text(String data, String version) {
    return StoreRecord.entry(Payload.json(Kind.SINCE, data), version);
  }

  @Test
  void anEntryCannotComeFirst() {
    assertThatExceptionOfType(RecordRejectedException.class)
        .isThrownBy(() -> StreamRules.afterAppend("doc", null, text("", "")))
        .withMessageContaining("\"doc\"")
        .satisfies(e -> assertThat(e.rule()).isEqualTo(Rule.FIRST_RECORD_IS_META));
  }

  @Test
  void aMinorVersionMayChange() {
    StoreMeta next = StoreMeta.of(new ReplicaType("yjs", 1, 7), SyncMode.COLLABORATIVE, "b");
    assertThat(StreamRules.afterAppend("doc", META, StoreRecord.meta(next))).isEqualTo(next);
  }

  @Test
  void incompatibleMetadataIsRefusedWithFieldAndBothValues() {
    StoreMeta major = StoreMeta.of(new ReplicaType("yjs", 2, 0), SyncMode.COLLABORATIVE, "a");
    assertThatExceptionOfType(RecordRejectedException.class)
        .isThrownBy(() -> StreamRules.afterAppend("doc", META, StoreRecord.meta(major)))
        .withMessageContainingAll("doc", "replicaType", "[\"yjs\",1,0]", "[\"yjs\",2,0]");
    StoreMeta mode = StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.EPHEMERAL, "a");
    assertThatExceptionOfType(RecordRejectedException.class)
        .isThrownBy(() -> StreamRules.withinReplacement("doc", META, StoreRecord.meta(mode)))
        .satisfies(e -> {
          assertThat(e.rule()).isEqualTo(Rule.SYNC_MODE_IS_IMMUTABLE);
          assertThat(e.field()).isEqualTo("syncMode");
          assertThat(e.expected()).isEqualTo("concurrent/delta-capable/persistent");
          assertThat(e.found()).isEqualTo("concurrent/snapshot-only/transient");
        });
  }

  @Test
  void sizesAreLimitedToTheByte() {
    Limits limits = new Limits(4, 6, 10_000);
    assertThatCode(() -> StreamRules.checkId("aéb", limits)).doesNotThrowAnyException();
    assertThatExceptionOfType(RecordRejectedException.class)
        .isThrownBy(() -> StreamRules.checkId("aébc", limits))
        .withMessageContainingAll("docId", "4 bytes", "5 bytes");
    StoreRecord fits = StoreRecord.entry(Payload.json(Kind.SINCE, "éé").withLineage("l"), "v");
    assertThatCode(() -> StreamRules.checkSize("d", fits, limits)).doesNotThrowAnyException();
    StoreRecord tooLarge = text("éé", "vvv");
    assertThatExceptionOfType(RecordRejectedException.class)
        .isThrownBy(() -> StreamRules.checkSize("d", tooLarge, limits))
        .satisfies(e -> assertThat(e.rule()).isEqualTo(Rule.SIZE_IS_LIMITED));
    int metaBytes = META.toString().length();
    StoreRecord meta = StoreRecord.meta(META);
    assertThatCode(() -> StreamRules.checkSize("d", meta, limits.withMetaBytes(metaBytes)))
        .doesNotThrowAnyException();
    assertThatExceptionOfType(RecordRejectedException.class)
        .isThrownBy(() -> StreamRules.checkSize("d", meta, limits.withMetaBytes(metaBytes - 1)));
  }

  @Test
  void whatCouldNotBeReadAgainIsNotWritten() {
    JsonValue deep = JsonValue.JsonLiteral.NULL;
    for (int i = 1; i < JsonValue.DEEPEST; i++) {
      deep = new JsonValue.JsonArray(List.of(deep));
    }
    StoreRecord deepest = StoreRecord.meta(META.with("x", deep));
    assertThatCode(() -> StreamRules.checkSize("d", deepest, Limits.DEFAULT))
        .doesNotThrowAnyException();
    StoreRecord deeper = StoreRecord.meta(META.with("x", new JsonValue.JsonArray(List.of(deep))));
    assertThatExceptionOfType(RecordRejectedException.class)
        .isThrownBy(() -> StreamRules.checkSize("d", deeper, Limits.DEFAULT))
        .withMessageContaining("nested at most 500 deep");
  }

  @Test
  void noMessageShowsAPayload() {
    Limits limits = Limits.DEFAULT.withPayloadBytes(1);
    StoreRecord secret = text("canary", "canary");
    assertThatExceptionOfType(RecordRejectedException.class)
        .isThrownBy(() -> StreamRules.checkSize("d", secret, limits))
        .satisfies(e -> assertThat(e.toString()).doesNotContain("canary"));
    assertThat(secret.toString()).doesNotContain("Text[canary]");
  }
}
