package org.kyneta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.testkit.Contents.elements;
import static org.kyneta.testkit.Contents.ids;
import static org.kyneta.testkit.Samples.entry;
import static org.kyneta.testkit.Samples.metaRecord;
import static org.kyneta.testkit.Samples.stream;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Listing ids: all of them, in code-point order, by exact prefix. */
abstract class ListingContract extends IdContract {

  /**
   * In code-point order, in which Java's order would put the sixth and seventh before the fourth.
   */
  private static final List<String> ORDERED =
      List.of(
          "a",
          "a\uD7FF",
          "b",
          "\uD7FF",
          "\uE000",
          "\uFFFF",
          "\uD800\uDC00",
          "\uD83D\uDE00",
          "\uDBFF\uDFFF");

  @Test
  void listingOfAnEmptyStoreIsEmpty() {
    assertThat(ids(store)).isEmpty();
    assertThat(ids(store, "a")).isEmpty();
  }

  @Test
  void listingIsInCodePointOrder() {
    createShuffled(ORDERED);
    assertThat(ids(store)).containsExactlyElementsOf(ORDERED);
  }

  @Test
  void listingIsInCodePointOrderWithinAPrefix() {
    List<String> expected = ORDERED.stream().map(id -> "p/" + id).toList();
    createShuffled(expected);
    create("p", "q", "p0", "o");
    assertThat(ids(store, "p/")).containsExactlyElementsOf(expected);
  }

  @Test
  void listingIgnoresLocaleAndCase() {
    List<String> expected =
        List.of(
            "", " ", "-", "1", "10", "2", "A", "Z", "_", "a", "a-b", "a.b", "ab", "aé", "z", "à",
            "é", "Ω");
    createShuffled(expected);
    assertThat(ids(store)).containsExactlyElementsOf(expected);
  }

  @Test
  void prefixIsComparedExactly() {
    create(
        "users/a",
        "users/b",
        "USERS/b",
        "Users/c",
        "users",
        "users0",
        "user",
        "xusers/a",
        "userſ/a");
    assertThat(ids(store, "users/")).containsExactly("users/a", "users/b");
    assertThat(ids(store, "USERS/")).containsExactly("USERS/b");
    assertThat(ids(store, "users")).containsExactly("users", "users/a", "users/b", "users0");
    assertThat(ids(store, "users/a")).containsExactly("users/a");
    assertThat(ids(store, "users/a/")).isEmpty();
    assertThat(ids(store, "v")).isEmpty();
  }

  @Test
  void prefixHasNoWildcards() {
    create(
        "%",
        "%a", "_", "_a", "a%b", "axb", "a_b", "a\\b", "a\\%", "*", "?x", "[ab]", "ab", "'", "''a",
        "\"");
    assertThat(ids(store, "%")).containsExactly("%", "%a");
    assertThat(ids(store, "_")).containsExactly("_", "_a");
    assertThat(ids(store, "a%")).containsExactly("a%b");
    assertThat(ids(store, "a_")).containsExactly("a_b");
    assertThat(ids(store, "a\\")).containsExactly("a\\%", "a\\b");
    assertThat(ids(store, "*")).containsExactly("*");
    assertThat(ids(store, "?")).containsExactly("?x");
    assertThat(ids(store, "[")).containsExactly("[ab]");
    assertThat(ids(store, "'")).containsExactly("'", "''a");
    assertThat(ids(store, "\"")).containsExactly("\"");
  }

  @Test
  void prefixIsNotNormalised() {
    create("é", "éa", "e\u0301", "e\u0301a", "e", "ea", "\uFEFFa", "a");
    assertThat(ids(store, "é")).containsExactly("é", "éa");
    assertThat(ids(store, "e\u0301")).containsExactly("e\u0301", "e\u0301a");
    assertThat(ids(store, "e")).containsExactly("e", "ea", "e\u0301", "e\u0301a");
    assertThat(ids(store, "\uFEFF")).containsExactly("\uFEFFa");
    assertThat(ids(store, "a")).containsExactly("a");
  }

  @Test
  void prefixMayEndWithWhatHasNoSimpleSuccessor() {
    String last = "\uDBFF\uDFFF";
    createShuffled(
        List.of(
            "a",
            "a\uD7FF",
            "a\uD7FFz",
            "a\uE000",
            "a\uFFFF",
            "a\uFFFFz",
            "a\uD800\uDC00",
            "a" + last,
            "a" + last + "z",
            "a" + last + last,
            "b",
            last,
            last + "z",
            last + last));
    assertThat(ids(store, "a\uD7FF")).containsExactly("a\uD7FF", "a\uD7FFz");
    assertThat(ids(store, "a\uFFFF")).containsExactly("a\uFFFF", "a\uFFFFz");
    assertThat(ids(store, "a" + last))
        .containsExactly("a" + last, "a" + last + "z", "a" + last + last);
    assertThat(ids(store, last)).containsExactly(last, last + "z", last + last);
    assertThat(ids(store, last + last)).containsExactly(last + last);
  }

  @Test
  void emptyPrefixListsAll() {
    create("", "a", "\uDBFF\uDFFF");
    assertThat(ids(store, "")).containsExactly("", "a", "\uDBFF\uDFFF");
    assertThat(ids(store)).containsExactly("", "a", "\uDBFF\uDFFF");
  }

  @Test
  void prefixMayBeLongerThanAnyId() {
    create("a");
    assertThat(ids(store, "a".repeat(5_000))).isEmpty();
  }

  @Test
  void listingShowsEachDocumentOnce() {
    store.appendAll("a", stream(50));
    for (int i = 0; i < 5; i++) {
      store.append("a", metaRecord("hash " + i));
      store.append("b", metaRecord("hash " + i));
      store.append("b", entry(i));
    }
    store.replace("a", stream(3));
    assertThat(ids(store)).containsExactly("a", "b");
  }

  @Test
  void listingOfManyDocumentsIsWhole() {
    List<String> ids = IntStream.range(0, 200).mapToObj(i -> "many/%04d".formatted(i)).toList();
    create("before", "many", "many0", "nany/0001");
    ids.forEach(id -> store.append(id, metaRecord()));
    assertThat(ids(store, "many/")).containsExactlyElementsOf(ids);
    assertThat(ids(store)).hasSize(204);
  }

  @Test
  void listingMayBeLeftEarly() {
    create("a", "b", "c");
    try (var cursor = store.listDocIds()) {
      assertThat(cursor.next()).isEqualTo("a");
    }
    store.delete("a");
    try (var cursor = store.listDocIds()) {
      assertThat(elements(cursor)).containsExactly("b", "c");
      assertThat(cursor.hasNext()).isFalse();
    }
  }

  private void create(String... ids) {
    for (String id : ids) {
      store.append(id, metaRecord());
    }
  }

  private void createShuffled(List<String> ids) {
    List<String> shuffled = new ArrayList<>(ids);
    Collections.shuffle(shuffled, new Random(1));
    shuffled.forEach(id -> store.append(id, metaRecord()));
  }
}
