package org.kyneta.relay.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.relay.replica.Entries.LINEAGE;
import static org.kyneta.relay.replica.Entries.answer;
import static org.kyneta.relay.replica.Entries.content;
import static org.kyneta.relay.replica.Entries.entirety;
import static org.kyneta.relay.replica.Entries.hydrated;
import static org.kyneta.relay.replica.Entries.setting;
import static org.kyneta.relay.replica.Entries.since;
import static org.kyneta.relay.replica.Entries.typing;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kyneta.store.StoreRecord.Entry;

/** Streams as the JavaScript original stores them. */
class StoredStreamTest {

  private static final Entry START = entirety("kyneta.genesis", 0, "{}");
  private static final String A = typing(0, "a");
  private static final String B = typing(1, "b");
  private static final String C = typing(2, "c");

  private PlainReplica replica = new PlainReplica(Dialect.V3);

  @Test
  void overlapsAreTakenOnce() throws UnreadableException {
    read(START, since(1, A), since(3, B, C), since(3, B, C), since(2, A, B), since(3, A, B, C));

    assertThat(replica.version()).isEqualTo(LINEAGE + ":3");
    assertThat(content(replica)).isEqualTo("{\"body\":\"abc\"}");
    assertThat(answer(replica, LINEAGE + ":0")).isEqualTo(since(3, A, B, C));
  }

  @Test
  void theValuesThatADocumentBeginsWithStay() throws UnreadableException {
    read(
        entirety("kyneta.genesis", 0, "{\"n\":5}"),
        since(
            1,
            Entries.operation(
                "[{\"type\":\"field\",\"field\":\"n\"}]",
                "{\"type\":\"increment\",\"amount\":1}")));

    assertThat(content(replica)).isEqualTo("{\"n\":6}");
    PlainReplica again = hydrated(new PlainReplica(Dialect.V3), replica.compacted());
    assertThat(content(again)).isEqualTo("{\"n\":6}");
    assertThat(replica.compacted()).hasSize(2).isEqualTo(again.compacted());
  }

  @Test
  void anImageInPlaceOfTheStreamIsFollowedByItsBatches() throws UnreadableException {
    read(entirety(LINEAGE, 2, "{\"body\":\"ab\"}"), since(3, C));

    assertThat(replica.version()).isEqualTo(LINEAGE + ":3");
    assertThat(content(replica)).isEqualTo("{\"body\":\"abc\"}");
    assertThat(answer(replica, LINEAGE + ":2")).isEqualTo(since(3, C));
  }

  @Test
  void whatFollowedARestartOnOverlapsIsNotLost() throws UnreadableException {
    // The original counted four batches when it started again, and sent clients all of them.
    read(START, since(1, A), since(2, B), since(3, B, C));
    assertThat(replica.version()).isEqualTo(LINEAGE + ":3");

    read(since(5, typing(4, "d")));

    assertThat(replica.version()).isEqualTo(LINEAGE + ":5");
    assertThat(answer(replica, LINEAGE + ":2")).isEqualTo(since(5, B, C, typing(4, "d")));
  }

  @Test
  void whatFollowedARestartOnAnImageIsNotLost() throws UnreadableException {
    // The original counted the image as one batch when it started again.
    read(entirety(LINEAGE, 8, "{\"body\":\"ab\",\"é\\\"\":1}"), since(2, C));

    assertThat(replica.version()).isEqualTo(LINEAGE + ":2");
    assertThat(content(replica)).isEqualTo("{\"body\":\"abc\",\"é\\\"\":1}");
  }

  @Test
  void severalRestartsAreFollowed() throws UnreadableException {
    read(START, since(1, A), since(2, A, B), since(4, C), since(5, C, typing(3, "d")));
    read(since(7, setting("x", "1")), since(8, setting("y", "2")));

    assertThat(replica.version()).isEqualTo(LINEAGE + ":8");
    assertThat(answer(replica, LINEAGE + ":6"))
        .isEqualTo(since(8, setting("x", "1"), setting("y", "2")));
  }

  @Test
  void anImageOfAnotherHistoryIsAReset() throws UnreadableException {
    read(START, since(2, A, B), entirety("other", 1, "{\"body\":\"z\"}"));
    assertThat(replica.version()).isEqualTo("other:1");

    read(since("other", 2, typing(1, "y")));

    assertThat(replica.version()).isEqualTo("other:2");
    assertThat(content(replica)).isEqualTo("{\"body\":\"zy\"}");
  }

  @Test
  void allOfAnotherHistoryIsAReset() throws UnreadableException {
    read(START, since(2, A, B), since("other", 1, setting("body", "\"z\"")));
    read(since("other", 2, typing(1, "y")));

    assertThat(replica.version()).isEqualTo("other:2");
    assertThat(content(replica)).isEqualTo("{\"body\":\"zy\"}");
  }

  @Test
  void anOverlapIsToldFromARestartByItsBatches() throws UnreadableException {
    // Both begin after two batches, which is also what the original counts when it starts again.
    Entry image = entirety(LINEAGE, 2, "{\"body\":\"ab\"}");
    String d = typing(3, "d");

    read(image, since(3, C), since(4, C, d));
    assertThat(content(replica)).isEqualTo("{\"body\":\"abcd\"}");

    replica = new PlainReplica(Dialect.V3);
    read(image, since(3, C), since(4, d, typing(4, "e")));
    assertThat(content(replica)).isEqualTo("{\"body\":\"abcde\"}");
    assertThat(replica.version()).isEqualTo(LINEAGE + ":4");
  }

  @Test
  void whatFollowedARestartOnAResetIsNotLost() throws UnreadableException {
    // When it starts again the original keeps the first lineage, and takes the image as a batch.
    read(START, since(2, setting("x", "1"), A), entirety("other", 1, "{\"body\":\"z\"}"));
    read(since(4, typing(1, "y")));

    assertThat(replica.version()).isEqualTo(LINEAGE + ":4");
    assertThat(content(replica)).isEqualTo("{\"x\":1,\"body\":\"zy\"}");
  }

  @Test
  void aGapIsReportedAndChangesNothing() throws UnreadableException {
    read(START, since(1, A));

    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> replica.hydrate(since(3, C)))
        .withMessageContaining("from number 2 or earlier, found from 3");
    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> replica.hydrate(since("other", 2, B)));
    assertThat(replica.version()).isEqualTo(LINEAGE + ":1");
  }

  @Test
  void theFirstVersionsStreamsAreReadTheSameWay() throws UnreadableException {
    replica = new PlainReplica(Dialect.V1);
    for (Entry entry : List.of(START, since(1, A), since(2, B), since(3, B, C), since(5, A))) {
      replica.hydrate(
          new Entry(entry.payload(), entry.version().substring(entry.version().indexOf(':') + 1)));
    }

    assertThat(replica.version()).isEqualTo("5");
  }

  private void read(Entry... entries) throws UnreadableException {
    hydrated(replica, List.of(entries));
  }
}
