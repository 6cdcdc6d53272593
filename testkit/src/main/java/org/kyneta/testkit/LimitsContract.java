package org.kyneta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.testkit.Contents.assertAbsent;
import static org.kyneta.testkit.Contents.assertStream;
import static org.kyneta.testkit.Contents.ids;
import static org.kyneta.testkit.Samples.META;
import static org.kyneta.testkit.Samples.entry;
import static org.kyneta.testkit.Samples.metaRecord;
import static org.kyneta.testkit.Samples.stream;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.kyneta.store.Head;
import org.kyneta.store.Limits;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Data;
import org.kyneta.store.Payload.Encoding;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.Payload.Text;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.RecordRejectedException.Rule;
import org.kyneta.store.StoreRecord;

/** That the limits bind what is written, to the byte, and nothing else. */
abstract class LimitsContract extends PayloadContract {

  private static final Limits SMALL = Limits.DEFAULT.withIdBytes(10).withPayloadBytes(20);

  @Test
  void idOfTheLimitIsTakenAndOneByteMoreIsRefused() throws Exception {
    openWith(SMALL);
    for (String fits : List.of("0123456789", "€€€1", "\uD83D\uDE00\uD83D\uDE0012", "ééééé")) {
      store.append(fits, metaRecord());
      assertStream(store, fits, stream(1));
    }
    for (String tooLong : List.of("0123456789a", "€€€12", "\uD83D\uDE00\uD83D\uDE00é1", "éééééa")) {
      assertTooLarge(() -> store.append(tooLong, metaRecord()), 10, 11);
      assertTooLarge(() -> store.append(tooLong, metaRecord(), Head.ABSENT), 10, 11);
      assertTooLarge(() -> store.appendAll(tooLong, stream(2)), 10, 11);
      assertTooLarge(() -> store.replace(tooLong, stream(2)), 10, 11);
      assertTooLarge(() -> store.replace(tooLong, stream(2), Head.ABSENT), 10, 11);
    }
  }

  @Test
  void idBeyondTheLimitMayBeReadAndDeleted() throws Exception {
    String id = "0123456789a";
    store.appendAll(id, stream(3));
    openWith(SMALL);
    if (has(Trait.PERSISTENT)) {
      assertStream(store, id, stream(3));
      assertThat(store.head(id)).isNotEqualTo(Head.ABSENT);
      assertTooLarge(() -> store.append(id, entry("x")), 10, 11);
    }
    store.delete(id);
    assertAbsent(store, id);
    assertThat(ids(store, "0123456789abcdefghijkl")).isEmpty();
  }

  @Test
  void payloadOfTheLimitIsTakenAndOneByteMoreIsRefused() throws Exception {
    openWith(SMALL);
    store.append(DOC, metaRecord());
    assertPayloadLimit(new Text("0123456789abcdefghij"), null, "", 0);
    assertPayloadLimit(new Text("€€€€€€12"), null, "", 0);
    assertPayloadLimit(new Text("\uD83D\uDE00".repeat(5)), null, "", 0);
    assertPayloadLimit(new Bytes(new byte[20]), null, "", 0);
    assertPayloadLimit(new Text("0123456789"), "01234", "01234", 0);
    assertPayloadLimit(new Bytes(new byte[10]), "€01", "é01", 1);
    assertPayloadLimit(new Bytes(new byte[0]), "", "€€€€€€12", 0);
  }

  /** Writes an entry whose size is the limit, counting what is missing, and one a byte larger. */
  private void assertPayloadLimit(
      Data data, @Nullable String lineage, String version, int missing) {
    String full = version + "-".repeat(missing);
    StoreRecord fits =
        StoreRecord.entry(new Payload(Kind.SINCE, Encoding.JSON, data, lineage), full);
    StoreRecord tooLarge =
        StoreRecord.entry(new Payload(Kind.SINCE, Encoding.JSON, data, lineage), full + "a");
    store.append(DOC, fits);
    store.append(DOC, fits, store.head(DOC));
    assertTooLarge(() -> store.append(DOC, tooLarge), 20, 21);
    assertTooLarge(() -> store.append(DOC, tooLarge, store.head(DOC)), 20, 21);
    assertTooLarge(() -> store.appendAll(DOC, List.of(fits, tooLarge, fits)), 20, 21);
    assertTooLarge(() -> store.replace(DOC, List.of(metaRecord(), fits, tooLarge)), 20, 21);
    store.replace(DOC, List.of(metaRecord(), fits));
    assertStream(store, DOC, List.of(metaRecord(), fits));
  }

  @Test
  void metadataOfTheLimitIsTakenAndOneByteMoreIsRefused() throws Exception {
    int size = META.toString().length() + 6;
    openWith(Limits.DEFAULT.withMetaBytes(size));
    for (String more : List.of("123456", "€€", "éé12", "\uD83D\uDE0012", "\n\"\\", "\u0001")) {
      StoreRecord fits = metaRecord("hash" + more);
      StoreRecord tooLarge = metaRecord("hash" + more + "a");
      store.append(DOC, fits);
      assertTooLarge(() -> store.append(DOC, tooLarge), size, size + 1);
      assertTooLarge(() -> store.appendAll(DOC, List.of(fits, tooLarge)), size, size + 1);
      assertTooLarge(() -> store.replace(DOC, List.of(fits, tooLarge)), size, size + 1);
      store.replace(DOC, List.of(fits));
      assertStream(store, DOC, List.of(fits));
    }
  }

  @Test
  void recordsBeyondTheLimitMayBeRead() throws Exception {
    List<StoreRecord> records = List.of(metaRecord(), entry("longer than twenty bytes"));
    store.appendAll(DOC, records);
    openWith(SMALL.withMetaBytes(10));
    if (has(Trait.PERSISTENT)) {
      assertStream(store, DOC, records);
      store.append(DOC, StoreRecord.entry(Payload.json(Kind.SINCE, "short"), ""));
      assertThat(store.currentMeta(DOC)).contains(META);
    }
    assertTooLarge(() -> store.append("new", metaRecord()), 10, META.toString().length());
  }

  private void openWith(Limits limits) throws Exception {
    store.close();
    store = open(limits);
  }

  private void assertTooLarge(ThrowingCallable call, long limit, long found) {
    RecordRejectedException refusal = assertRefused(Rule.SIZE_IS_LIMITED, call);
    assertThat(refusal).hasMessageContainingAll(limit + " bytes", found + " bytes");
  }
}
