package org.kyneta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.testkit.Contents.assertStream;
import static org.kyneta.testkit.Contents.load;
import static org.kyneta.testkit.Samples.bytes;
import static org.kyneta.testkit.Samples.entry;
import static org.kyneta.testkit.Samples.metaRecord;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Data;
import org.kyneta.store.Payload.Encoding;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.Payload.Text;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;

/** That entries come back as they were written. */
abstract class PayloadContract extends ListingContract {

  /** Texts that one codec or another has been known to change. */
  private static final List<String> ODD_TEXTS =
      List.of(
          "",
          " ",
          "\u0000",
          "a\u0000b",
          "\u0001\u0008\t\n\u000B\f\r\u001F",
          "\"",
          "\\",
          "\\\\\"",
          "/",
          "\\/",
          "\\u0000",
          "\\ud83d",
          "\u007F\u0080\u009F",
          "\u2028\u2029",
          "\uFEFF",
          "\uFEFFa",
          "\uFFFD",
          "\uFFFE\uFFFF",
          "e\u0301é",
          "\uD83D\uDE00",
          "\uDBFF\uDFFF",
          "{\"kind\":\"meta\"}",
          "null",
          "''; --",
          "%s %1$s {} ${x}");

  /** Texts with surrogates that belong to no pair. */
  private static final List<String> UNPAIRED =
      List.of(
          "\uD83D",
          "\uDE00",
          "a\uD83Db",
          "\uDE00\uD83D",
          "\uD83D\uD83D\uDE00",
          "\uD83D\uDE00\uDE00",
          "\uDFFF\"");

  @Test
  void binaryPayloadsComeBack() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    assertKept(bytes(all), bytes((byte) 0), bytes((byte) 0, (byte) 0), bytes((byte) 0xFF), bytes());
    assertKept(bytes("text as bytes".getBytes(StandardCharsets.UTF_8)));
    assertKept(bytes((byte) 0xED, (byte) 0xA0, (byte) 0x80, (byte) 0xC0, (byte) 0x80));
  }

  @Test
  void jsonAndBinaryPayloadsComeBackMixed() {
    assertKept(
        entry("{\"a\":1}"), bytes((byte) 1), entry("[]"), bytes(), entry(""), bytes((byte) 2));
  }

  @Test
  void textAndBytesComeBackUnderEitherEncodingAndKind() {
    List<Data> data =
        List.of(
            new Text("text"),
            new Text(""),
            new Bytes(new byte[0]),
            new Bytes(new byte[] {1, 0, -1}),
            new Text("bytes"),
            new Bytes("text".getBytes(StandardCharsets.UTF_8)));
    List<StoreRecord> records = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (Encoding encoding : Encoding.values()) {
        for (Data one : data) {
          records.add(record(kind, encoding, one, null, "v"));
          records.add(record(kind, encoding, one, "lineage", ""));
        }
      }
    }
    assertKept(records.toArray(StoreRecord[]::new));
  }

  @Test
  void emptyTextAndEmptyBytesAreToldApart() {
    store.appendAll(
        DOC,
        List.of(metaRecord(), StoreRecord.entry(Payload.json(Kind.ENTIRETY, ""), ""), bytes()));
    assertThat(load(store, DOC).stream().skip(1).map(record -> ((Entry) record).payload().data()))
        .containsExactly(new Text(""), new Bytes(new byte[0]));
  }

  @Test
  void lineageIsAbsentEmptyOrPresent() {
    Data text = new Text("x");
    assertKept(
        record(Kind.SINCE, Encoding.JSON, text, null, "v"),
        record(Kind.SINCE, Encoding.JSON, text, "", "v"),
        record(Kind.SINCE, Encoding.JSON, text, "one", "v"),
        record(Kind.SINCE, Encoding.JSON, text, "null", "v"));
    assertThat(
            load(store, DOC).stream().skip(1).map(record -> ((Entry) record).payload().lineage()))
        .containsExactly(null, "", "one", "null");
  }

  @Test
  void textsOfAnyKindComeBack() {
    assertTextsAreKept(ODD_TEXTS);
  }

  @Test
  void unpairedSurrogatesInTextVersionAndLineageComeBack() {
    assertTextsAreKept(UNPAIRED);
  }

  private void assertTextsAreKept(List<String> texts) {
    List<StoreRecord> records = new ArrayList<>();
    for (String text : texts) {
      records.add(record(Kind.SINCE, Encoding.JSON, new Text(text), null, "v"));
      records.add(record(Kind.SINCE, Encoding.JSON, new Text("x"), null, text));
      records.add(record(Kind.SINCE, Encoding.JSON, new Text("x"), text, "v"));
      records.add(record(Kind.SINCE, Encoding.BINARY, new Bytes(new byte[] {1}), text, text));
    }
    assertKept(records.toArray(StoreRecord[]::new));
  }

  @Test
  void largePayloadsComeBack() {
    byte[] large = new byte[1 << 20];
    new Random(7).nextBytes(large);
    assertKept(
        bytes(large),
        entry("0123456789abcdef".repeat(1 << 16)),
        entry("\uD83D\uDE00é\u0000\uD83D".repeat(1 << 16)),
        record(
            Kind.ENTIRETY, Encoding.JSON, new Text(""), "l".repeat(1 << 16), "v".repeat(1 << 16)));
  }

  @Test
  void sameEntriesAreKeptAsOftenAsTheyWereWritten() {
    assertKept(entry(1), entry(1), entry(1), bytes((byte) 1), bytes((byte) 1));
  }

  @Test
  void arrayThatIsChangedAfterWritingDoesNotChangeTheStore() {
    byte[] mine = {1, 2, 3};
    store.append(DOC, metaRecord());
    store.append(DOC, bytes(mine));
    Arrays.fill(mine, (byte) 9);
    store.appendAll(DOC, List.of(bytes(mine)));
    Arrays.fill(mine, (byte) 8);
    store.replace("other", List.of(metaRecord(), bytes(mine)));
    Arrays.fill(mine, (byte) 7);
    byte[] nines = {9, 9, 9};
    byte[] eights = {8, 8, 8};
    assertStream(
        store, DOC, List.of(metaRecord(), bytes((byte) 1, (byte) 2, (byte) 3), bytes(nines)));
    assertStream(store, "other", List.of(metaRecord(), bytes(eights)));
  }

  @Test
  void arrayThatIsChangedAfterReadingDoesNotChangeTheStore() {
    store.appendAll(DOC, List.of(metaRecord(), bytes((byte) 1, (byte) 2)));
    for (StoreRecord record : load(store, DOC)) {
      if (record instanceof Entry(Payload payload, String version)
          && payload.data() instanceof Bytes(byte[] bytes)) {
        Arrays.fill(bytes, (byte) version.length());
      }
    }
    assertStream(store, DOC, List.of(metaRecord(), bytes((byte) 1, (byte) 2)));
  }

  private static StoreRecord record(
      Kind kind, Encoding encoding, Data data, @Nullable String lineage, String version) {
    return StoreRecord.entry(new Payload(kind, encoding, data, lineage), version);
  }

  /** Writes the entries in every way, and asserts that they come back. */
  private void assertKept(StoreRecord... entries) {
    List<StoreRecord> records = new ArrayList<>();
    records.add(metaRecord());
    records.addAll(List.of(entries));
    store.replace(DOC, records);
    assertStream(store, DOC, records);
    store.delete(DOC);
    records.forEach(record -> store.append(DOC, record));
    assertStream(store, DOC, records);
  }
}
