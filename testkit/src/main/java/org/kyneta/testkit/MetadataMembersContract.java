package org.kyneta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.kyneta.testkit.Contents.assertAbsent;
import static org.kyneta.testkit.Contents.load;
import static org.kyneta.testkit.Samples.META;
import static org.kyneta.testkit.Samples.YJS;
import static org.kyneta.testkit.Samples.entry;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kyneta.store.JsonValue;
import org.kyneta.store.JsonValue.JsonArray;
import org.kyneta.store.JsonValue.JsonLiteral;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.RecordRejectedException.Rule;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Meta;
import org.kyneta.store.SyncMode;

/** What metadata may hold, members that nobody knows above all. */
abstract class MetadataMembersContract extends MetadataContract {

  @Test
  void metadataIsReplacedWhole() {
    StoreMeta first = META.with("mine", new JsonString("x")).with("yours", JsonLiteral.NULL);
    store.append(DOC, StoreRecord.meta(first));
    store.append(DOC, StoreRecord.meta(META.with("yours", JsonLiteral.TRUE)));
    assertThat(store.currentMeta(DOC)).contains(META.with("yours", JsonLiteral.TRUE));
    store.replace(DOC, List.of(StoreRecord.meta(META)));
    assertThat(store.currentMeta(DOC)).contains(META);
  }

  @Test
  void unknownMembersAreKept() {
    Map<String, JsonValue> nested = new LinkedHashMap<>();
    nested.put("z", JsonNumber.of(1));
    nested.put("a", new JsonArray(List.of(JsonLiteral.NULL, JsonLiteral.FALSE, text("x"))));
    nested.put("", new JsonObject(Map.of()));
    nested.put("10", text("numeric names come first in JavaScript"));
    nested.put("9", text("and in their own order"));
    nested.put("b", new JsonArray(List.of()));
    assertKept(
        META.with("unknown", new JsonObject(nested))
            .with("another", new JsonArray(List.of(new JsonObject(nested), JsonNumber.of(-1))))
            .with("again", text("")));
  }

  @Test
  void unknownMembersWithOddNamesAreKept() {
    StoreMeta meta = META;
    for (String name :
        List.of(
            "", " ", "__proto__", "kind", "1", "é", "e\u0301", "\uD83D\uDE00", "\"\\\n", "a.b")) {
      meta = meta.with(name, text("value of " + name));
    }
    assertKept(meta);
  }

  @Test
  void unknownMembersInsideTheSyncModeAreKept() {
    JsonObject mode = (JsonObject) META.member(StoreMeta.SYNC_MODE).orElseThrow();
    Map<String, JsonValue> axes = new LinkedHashMap<>();
    axes.put("aFourthAxis", text("sideways"));
    axes.putAll(mode.members());
    assertKept(META.with(StoreMeta.SYNC_MODE, new JsonObject(axes)));
  }

  @Test
  void membersBeforeTheKnownOnesAreKept() {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("first", JsonNumber.of(1));
    List.copyOf(META.toJson().members().entrySet())
        .reversed()
        .forEach(member -> members.put(member.getKey(), member.getValue()));
    assertKept(StoreMeta.fromJson(new JsonObject(members)));
  }

  @Test
  void numbersAreKept() {
    StoreMeta meta = META;
    for (String literal :
        List.of(
            "0",
            "-0",
            "1.0",
            "1e2",
            "1E+2",
            "1e-2",
            "100",
            "0.1",
            "0.10",
            "-12.5e-7",
            "9007199254740993",
            "18446744073709551616",
            "3.141592653589793238462643383279",
            "123456789012345678901234567890.123456789",
            "1e400",
            "-1e-400")) {
      meta = meta.with("number " + literal, new JsonNumber(literal));
    }
    assertKept(meta);
  }

  @Test
  void equalNumbersWrittenOtherwiseAreTheSameMetadata() {
    StoreMeta one = META.with("n", new JsonNumber("1.0")).with("m", new JsonNumber("1e2"));
    StoreMeta two = META.with("m", new JsonNumber("100")).with("n", new JsonNumber("1"));
    store.append(DOC, StoreRecord.meta(one));
    assertThat(store.currentMeta(DOC)).contains(two);
  }

  @Test
  void textsOfAnyKindAreKept() {
    String text =
        "\u0001\u001F\"\\/\b\f\n\r\t\u007F\u0080\u2028\u2029\uFEFF\uFFFD\uFFFF\uD83D\uDE00";
    assertKept(
        StoreMeta.of(new ReplicaType("name " + text, 0, 0), SyncMode.EPHEMERAL, "hash " + text)
            .with("member " + text, text(text)));
  }

  @Test
  void nulInMetadataIsKeptOrRefusedAsTheTraitSays() {
    assertKeptOrRefused(META.with("n", text("\u0000")), Trait.NUL_IN_METADATA);
    assertKeptOrRefused(META.with("\u0000", text("n")), Trait.NUL_IN_METADATA);
    assertKeptOrRefused(
        META.with("n", new JsonArray(List.of(text("a\u0000b")))), Trait.NUL_IN_METADATA);
    assertKeptOrRefused(
        StoreMeta.of(YJS, SyncMode.COLLABORATIVE, "\u0000hash"), Trait.NUL_IN_METADATA);
    assertKeptOrRefused(
        StoreMeta.of(new ReplicaType("a\u0000b", 1, 0), SyncMode.COLLABORATIVE, "hash"),
        Trait.NUL_IN_METADATA);
    // A backslash before what looks like an escape is no NUL.
    assertKept(META.with("n", text("\\u0000")));
  }

  @Test
  void unpairedSurrogatesInMetadataAreKeptOrRefusedAsTheTraitSays() {
    Trait trait = Trait.SURROGATES_IN_METADATA;
    assertKeptOrRefused(META.with("s", text("\uD83D")), trait);
    assertKeptOrRefused(META.with("\uDE00", text("s")), trait);
    assertKeptOrRefused(META.with("s", text("\uDE00\uD83D")), trait);
    assertKeptOrRefused(StoreMeta.of(YJS, SyncMode.COLLABORATIVE, "hash\uD800"), trait);
    assertKeptOrRefused(
        StoreMeta.of(new ReplicaType("\uDFFF", 1, 0), SyncMode.COLLABORATIVE, "hash"), trait);
    assertKept(META.with("s", text("\\ud83d")));
  }

  @Test
  void metadataOf64KiBIsKept() {
    assertKept(META.with("large", text("0123456789abcdef".repeat(4_096))));
  }

  @Test
  void metadataAsLargeAsAllowedIsKept() {
    assertKept(nested(JsonValue.DEEPEST));
    assertKept(META.with("long", new JsonNumber("1".repeat(JsonValue.LONGEST_NUMBER))));
    assertKept(
        META.with("small", new JsonNumber("-0." + "1".repeat(JsonValue.LONGEST_NUMBER - 3))));
  }

  @Test
  void metadataThatIsNestedTooDeeplyIsRefused() {
    for (int levels : List.of(JsonValue.DEEPEST + 1, JsonValue.DEEPEST * 2)) {
      assertRefusedWith(Rule.SIZE_IS_LIMITED, nested(levels));
    }
  }

  /** Returns metadata of so many levels, which are objects and arrays by turns. */
  private static StoreMeta nested(int levels) {
    JsonValue value = JsonLiteral.TRUE;
    for (int i = 1; i < levels; i++) {
      value = i % 2 == 0 ? new JsonArray(List.of(value)) : new JsonObject(Map.of("o", value));
    }
    return META.with("deep", value);
  }

  @Test
  void metadataThatCouldNotBeReadBackIsNotTaken() {
    assertKeptOrRefused(META.with("huge", new JsonNumber("1e999999999999")));
    // What the JavaScript original's first format calls the sync mode.
    assertKeptOrRefused(META.with("syncProtocol", text("something else")));
    assertKeptOrRefused(META.with("syncProtocol", META.member(StoreMeta.SYNC_MODE).orElseThrow()));
  }

  private static JsonString text(String text) {
    return new JsonString(text);
  }

  private void assertKeptOrRefused(StoreMeta meta, Trait trait) {
    if (has(trait)) {
      assertKept(meta);
    } else {
      assertRefusedWith(Rule.BACK_END_CAN_HOLD, meta);
    }
  }

  private void assertKeptOrRefused(StoreMeta meta) {
    Throwable thrown = catchThrowable(() -> assertKept(meta));
    if (thrown instanceof RecordRejectedException) {
      assertRefusedWith(Rule.BACK_END_CAN_HOLD, meta);
    } else {
      assertThat(thrown).isNull();
    }
  }

  private void assertRefusedWith(Rule rule, StoreMeta meta) {
    StoreRecord record = StoreRecord.meta(meta);
    assertRefused(rule, () -> store.append(DOC, record));
    assertRefused(rule, () -> store.appendAll(DOC, List.of(record, entry(1))));
    assertRefused(rule, () -> store.replace(DOC, List.of(record)));
    assertAbsent(store, DOC);
  }

  /**
   * Asserts that metadata survives, in the index and in the stream, and that it can be followed.
   */
  private void assertKept(StoreMeta meta) {
    store.appendAll(DOC, List.of(StoreRecord.meta(meta), entry(1)));
    assertIs(meta, store.currentMeta(DOC).orElseThrow());
    assertIs(meta, ((Meta) load(store, DOC).getFirst()).meta());
    store.append(DOC, StoreRecord.meta(meta));
    store.replace(DOC, List.of(entry(1), StoreRecord.meta(meta)));
    assertIs(meta, store.currentMeta(DOC).orElseThrow());
    assertIs(meta, ((Meta) load(store, DOC).getLast()).meta());
    store.delete(DOC);
  }

  private void assertIs(StoreMeta expected, StoreMeta found) {
    assertThat(found).isEqualTo(expected);
    assertThat(found.replicaType()).isEqualTo(expected.replicaType());
    assertThat(found.syncMode()).isEqualTo(expected.syncMode());
    assertThat(found.schemaHash()).isEqualTo(expected.schemaHash());
    if (has(Trait.METADATA_AS_WRITTEN)) {
      assertThat(found).hasToString(expected.toString());
    }
  }
}
