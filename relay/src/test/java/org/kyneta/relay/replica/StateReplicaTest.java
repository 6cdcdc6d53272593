package org.kyneta.relay.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.relay.replica.Entries.content;
import static org.kyneta.relay.replica.Entries.hydrated;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.relay.replica.Merge.Doubt;
import org.kyneta.store.StoreRecord.Entry;

class StateReplicaTest {

  private long now = 1_000;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":["x",1]}      | {"a":["y", 2.0]}  | {"a":["y",2.0]} | NONE
          {"a":["x",2]}      | {"a":["x",3]}     | {"a":["x",3]} | NONE
          {"a":["x",2]}      | {"a":["y",2]}     | {"a":["y",2]} | ALL
          {"a":["x",2]}      | {"b":["y",1]}     | {"a":["x",2],"b":["y",1]} | NONE
          {"a":{"b":[1,1]}}  | {"a":{"c":[2,1]}} | {"a":{"b":[1,1],"c":[2,1]}} | NONE
          {"a":{"b":[1,5]}}  | {"a":["x",6]}     | {"a":["x",6]} | NONE
          {"a":["x",4]}      | {"a":{"b":[1,5]}} | {"a":{"b":[1,5]}} | NONE
          {"a":{}}           | {"a":["x",0]}     | {"a":["x",0]} | NONE
          {"a":[[1, {}],1]}  | {"c":{}}          | {"a":[[1, {}],1],"c":{}} | NONE
          """)
  void theLaterOfTwoWritesIsTaken(String mine, String theirs, String after, Doubt doubt)
      throws UnreadableException {
    StateReplica replica = hydrated(replica(), List.of(image("500", mine)));

    Entry learnt = image("1000.5", after);
    assertThat(replica.merge(image("500", theirs)))
        .isEqualTo(new Merge.Learned(learnt, true, learnt, false, doubt));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":["x",2]}      | {"a":["y",1]}
          {"a":["x",2]}      | {"a":["x",2]}
          {"a":["x",2]}      | {}
          {"a":{"b":[1,5]}}  | {"a":["x",5]}
          {"a":["x",4]}      | {"a":{"b":[1,4]}}
          {"a":["x",4]}      | {"a":{}}
          {"a":{}}           | {"a":{}}
          """)
  void theEarlierOfTwoWritesChangesNothing(String mine, String theirs) throws UnreadableException {
    StateReplica replica = hydrated(replica(), List.of(image("500", mine)));

    assertThat(replica.merge(image("600", theirs))).isEqualTo(new Merge.Unchanged(false));
    assertThat(replica.version()).isEqualTo("500");
    assertThat(content(replica)).isEqualTo(mine);
  }

  @Test
  void everyChangeMakesANewVersionThatNoClientMakes() throws UnreadableException {
    StateReplica replica = replica();
    assertThat(replica.version()).isEqualTo("0");

    replica.merge(image("1", "{\"a\":[1,1]}"));
    assertThat(replica.version()).isEqualTo("1000.5");
    replica.merge(image("1", "{\"a\":[1,2]}"));
    assertThat(replica.version()).isEqualTo("1001.5");
    now = 500;
    replica.merge(image("1", "{\"a\":[1,3]}"));
    assertThat(replica.version()).isEqualTo("1002.5");
    replica.merge(image("9", "{\"a\":[1,3]}"));
    assertThat(replica.version()).as("nothing was new").isEqualTo("1002.5");
  }

  @Test
  void everyPeerWithAnotherVersionIsAnswered() throws UnreadableException {
    StateReplica replica = replica();
    assertThat(replica.export("0")).isEmpty();
    assertThat(replica.export("77")).as("there is nothing to tell").isEmpty();
    replica.merge(image("1", "{\"a\":[1,1]}"));

    Entry all = image("1000.5", "{\"a\":[1,1]}");
    assertThat(replica.export("1000.5")).isEmpty();
    assertThat(replica.export("1000")).containsExactly(all);
    assertThat(replica.export("1001")).containsExactly(all);
    assertThat(replica.export(null)).containsExactly(all);
    assertThat(replica.relationTo("1000.5")).isEqualTo(Relation.EQUAL);
    assertThat(replica.relationTo("1001")).isEqualTo(Relation.CONCURRENT);
  }

  @Test
  void whatIsStoredBringsEverythingBack() throws UnreadableException {
    StateReplica replica = hydrated(replica(), List.of(image("0", "{}")));
    Merge.Learned learned =
        (Merge.Learned) replica.merge(image("5", "{\"a\":[\"\\ud800\",1],\"b\":{\"c\":[0,0]}}"));

    StateReplica again = hydrated(replica(), List.of(learned.stored()));

    assertThat(again.version()).isEqualTo(replica.version());
    assertThat(content(again)).isEqualTo(content(replica));
    assertThat(again.compacted()).containsExactly(learned.stored());
    assertThat(again.footprint()).isGreaterThan(replica().footprint());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{\"a\":1}",
        "{\"a\":[]}",
        "{\"a\":[1]}",
        "{\"a\":[1,\"2\"]}",
        "{\"a\":[1,2,3]}",
        "{\"a\":[1,2]",
        "{\"a\":{\"b\":null}}"
      })
  void brokenImagesChangeNothing(String broken) throws UnreadableException {
    StateReplica replica = hydrated(replica(), List.of(image("5", "{\"a\":[1,1]}")));

    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> replica.merge(image("6", broken)));
    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> replica.merge(image("", "{\"a\":[2,2]}")));
    assertThat(replica.export("0")).containsExactly(image("5", "{\"a\":[1,1]}"));
  }

  @Property(tries = 300)
  void imagesInAnyOrderAndNumberConverge(
      @ForAll("images") List<Map<String, Integer>> images, @ForAll Random random)
      throws UnreadableException {
    StateReplica one = hydrated(replica(), List.of(image("0", "{\"a\":{}}")));
    StateReplica other = hydrated(replica(), List.of(image("0", "{\"a\":{}}")));
    List<Map<String, Integer>> shuffled = new ArrayList<>(images);
    shuffled.addAll(images);
    Collections.shuffle(shuffled, random);
    for (Map<String, Integer> image : images) {
      one.merge(image("1", text(image)));
    }
    for (Map<String, Integer> image : shuffled) {
      other.merge(image("1", text(image)));
    }

    assertThat(Entries.sameContent(one, other)).isTrue();
  }

  @Provide
  Arbitrary<List<Map<String, Integer>>> images() {
    return Arbitraries.maps(Arbitraries.of("a", "b", "c"), Arbitraries.integers().between(0, 20))
        .list()
        .ofMaxSize(10);
  }

  /** Each value follows from its time, since of two at one time the last that comes is taken. */
  private static String text(Map<String, Integer> image) {
    List<String> members = new ArrayList<>();
    image.forEach(
        (name, time) -> members.add("\"%s\":{\"x\":[%d,%d]}".formatted(name, time * 7, time)));
    return "{" + String.join(",", members) + "}";
  }

  private static Entry image(String version, String text) {
    Entry entry = Entries.image(version, text);
    return new Entry(entry.payload().withLineage("kyneta.genesis"), entry.version());
  }

  private StateReplica replica() {
    return new StateReplica(() -> Instant.ofEpochMilli(now));
  }
}
