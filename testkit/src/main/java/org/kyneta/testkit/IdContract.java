package org.kyneta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.testkit.Contents.assertAbsent;
import static org.kyneta.testkit.Contents.assertStream;
import static org.kyneta.testkit.Contents.ids;
import static org.kyneta.testkit.Contents.load;
import static org.kyneta.testkit.Samples.entry;
import static org.kyneta.testkit.Samples.metaRecord;
import static org.kyneta.testkit.Samples.stream;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.kyneta.store.Head;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.RecordRejectedException.Rule;

/** Which texts are ids, and that no two of them are mixed up. */
abstract class IdContract extends MetadataMembersContract {

  private static final List<String> ILL_FORMED =
      List.of(
          "\uD800",
          "\uDFFF",
          "a\uD83D",
          "\uDE00b",
          "\uDE00\uD83D",
          "a\uD83D\uD83D\uDE00",
          "x\uDBFF/y");

  @Test
  void idsOfAnyWellFormedTextAreKeptApart() {
    List<String> ids =
        List.of(
            "",
            " ",
            "  ",
            "a",
            "A",
            "a ",
            " a",
            "aa",
            "a/",
            "a/b",
            "A/b",
            "a%",
            "a_",
            "%",
            "_",
            "%%",
            "\\",
            "\\\\",
            "\\%",
            "'",
            "''",
            "\"",
            "\"\"",
            "`",
            "[",
            "]",
            "*",
            "?",
            ";",
            "--",
            "$1",
            ":a",
            "\u0001",
            "\t",
            "\n",
            "\r",
            "\r\n",
            "\u001F",
            "\u007F",
            "\u0080",
            "null",
            "NULL",
            "0",
            "1",
            "1.0",
            "é",
            "e\u0301",
            "É",
            "ß",
            "ss",
            "ẞ",
            "i",
            "I",
            "ı",
            "İ",
            "ﬁ",
            "fi",
            "\u200B",
            "\u00AD",
            "\u00A0",
            "\u2028",
            "\uD7FF",
            "\uE000",
            "\uFEFF",
            "\uFEFFa",
            "\uFFFD",
            "\uFFFE",
            "\uFFFF",
            "\uD800\uDC00",
            "\uD83D\uDE00",
            "\uD83D\uDE01",
            "\uDBFF\uDFFF",
            "日本",
            "한",
            "\u1112\u1161\u11AB");
    ids.forEach(id -> store.appendAll(id, stream(2, id)));
    assertThat(ids(store)).containsExactlyInAnyOrderElementsOf(ids);
    ids.forEach(id -> assertStream(store, id, stream(2, id)));
  }

  @Test
  void idsThatArePrefixesOfEachOtherStayApart() {
    List<String> ids = List.of("", "a", "a/", "a/b", "a/bc", "a/b/c");
    ids.forEach(id -> store.appendAll(id, stream(3, id)));
    store.append("a/b", entry("more"));
    store.replace("a", stream(2, "new"));
    store.delete("a/");
    assertThat(ids(store)).containsExactly("", "a", "a/b", "a/b/c", "a/bc");
    assertStream(store, "", stream(3, ""));
    assertStream(store, "a", stream(2, "new"));
    assertAbsent(store, "a/");
    assertThat(load(store, "a/b")).hasSize(4);
    assertStream(store, "a/bc", stream(3, "a/bc"));
    assertStream(store, "a/b/c", stream(3, "a/b/c"));
  }

  @Test
  void idsWithNulAreKeptApartOrRefusedAsTheTraitSays() {
    List<String> ids =
        List.of("\u0000", "a\u0000", "a\u0000b", "a\u0000c", "\u0000a", "a\u0000\u0000");
    store.appendAll("a", stream(2, "a"));
    if (has(Trait.NUL_IN_IDS)) {
      ids.forEach(id -> store.appendAll(id, stream(2, id)));
      assertThat(ids(store))
          .containsExactly(
              "\u0000", "\u0000a", "a", "a\u0000", "a\u0000\u0000", "a\u0000b", "a\u0000c");
      ids.forEach(id -> assertStream(store, id, stream(2, id)));
      assertThat(ids(store, "a\u0000"))
          .containsExactly("a\u0000", "a\u0000\u0000", "a\u0000b", "a\u0000c");
      assertThat(ids(store, "\u0000")).containsExactly("\u0000", "\u0000a");
    } else {
      for (String id : ids) {
        assertRefused(Rule.BACK_END_CAN_HOLD, () -> store.append(id, metaRecord()));
        assertRefused(Rule.BACK_END_CAN_HOLD, () -> store.appendAll(id, stream(2)));
        assertRefused(Rule.BACK_END_CAN_HOLD, () -> store.replace(id, stream(2)));
        assertFindsNothing(() -> assertAbsent(store, id));
        assertFindsNothing(() -> assertThat(ids(store, id)).isEmpty());
      }
    }
    assertStream(store, "a", stream(2, "a"));
  }

  private static void assertFindsNothing(Runnable assertion) {
    try {
      assertion.run();
    } catch (RecordRejectedException e) {
      assertThat(e.rule()).isEqualTo(Rule.BACK_END_CAN_HOLD);
    }
  }

  @Test
  void longIdsAreKeptApart() {
    String common = "x".repeat(2_047);
    store.appendAll(common, stream(2, "short"));
    store.appendAll(common + "a", stream(2, "a"));
    store.appendAll(common + "b", stream(2, "b"));
    String wide = "\uD83D\uDE00".repeat(512);
    store.appendAll(wide, stream(2, "wide"));
    assertThat(ids(store)).containsExactly(common, common + "a", common + "b", wide);
    assertStream(store, common + "b", stream(2, "b"));
    assertStream(store, wide, stream(2, "wide"));
  }

  @Test
  void unpairedSurrogatesInIdsAreRefusedByWrites() {
    // What a lossy encoder would make of them must not be mistaken for them.
    store.appendAll("\uFFFD", stream(2, "replacement"));
    store.appendAll("a\uFFFD", stream(2, "replacement"));
    store.appendAll("?", stream(2, "question mark"));
    for (String id : ILL_FORMED) {
      assertIllFormed(id, () -> store.append(id, metaRecord()));
      assertIllFormed(id, () -> store.append(id, metaRecord(), Head.ABSENT));
      assertIllFormed(id, () -> store.appendAll(id, stream(2)));
      assertIllFormed(id, () -> store.appendAll(id, stream(2), Head.ABSENT));
      assertIllFormed(id, () -> store.appendAll(id, List.of()));
      assertIllFormed(id, () -> store.replace(id, stream(2)));
      assertIllFormed(id, () -> store.replace(id, stream(2), Head.ABSENT));
      assertIllFormed(id, () -> store.delete(id));
      assertIllFormed(id, () -> store.delete(id, Head.ABSENT));
    }
  }

  @Test
  void unpairedSurrogatesInIdsAreRefusedByReads() {
    store.appendAll("\uFFFD", stream(2, "replacement"));
    store.appendAll("?", stream(2, "question mark"));
    for (String id : ILL_FORMED) {
      assertIllFormed(id, () -> load(store, id));
      assertIllFormed(id, () -> load(store, id, 1));
      assertIllFormed(id, () -> store.currentMeta(id));
      assertIllFormed(id, () -> store.head(id));
      assertIllFormed(id, () -> ids(store, id));
    }
  }

  private void assertIllFormed(String id, ThrowingCallable call) {
    RecordRejectedException refusal = assertRefused(Rule.ID_IS_WELL_FORMED, call);
    assertThat(refusal.docId()).isEqualTo(id);
    // The message itself must be fit for a log.
    assertThat(refusal.getMessage()).doesNotMatch("(?s).*\\p{Cs}.*");
  }
}
