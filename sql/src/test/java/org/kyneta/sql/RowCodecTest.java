package org.kyneta.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.store.CorruptDataException;
import org.kyneta.store.JsonValue;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.Limits;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Encoding;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.Payload.Text;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;
import org.kyneta.store.SyncMode;

class RowCodecTest {

  private static final RowCodec V1 = new RowCodec(Format.V1, TableNames.DEFAULT);
  private static final RowCodec V2 = new RowCodec(Format.V2, TableNames.DEFAULT);
  private static final StoreMeta META =
      StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "00ab");

  /** Text with everything that JSON must escape, unpaired surrogates among it. */
  @Provide
  static Arbitrary<String> texts() {
    return Arbitraries.of(
            "a",
            "\"",
            "\\",
            "/",
            "\b",
            "\f",
            "\n",
            "\r",
            "\t",
            "\u0000",
            "\u001F",
            "\u007F",
            "é",
            "\u2028",
            "\uD83D\uDE00",
            "\uD800",
            "\uDFFF",
            "\uFFFD",
            "\uFFFF",
            "\\u0041",
            "{}")
        .list()
        .ofMaxSize(8)
        .map(parts -> String.join("", parts));
  }

  @Provide
  static Arbitrary<Entry> entries() {
    Arbitrary<Payload.Data> text = texts().map(Text::new);
    Arbitrary<Payload.Data> bytes =
        Arbitraries.bytes().array(byte[].class).ofMaxSize(16).map(Bytes::new);
    Arbitrary<Payload> payloads =
        Combinators.combine(
                Arbitraries.of(Kind.class),
                Arbitraries.of(Encoding.class),
                Arbitraries.oneOf(text, bytes),
                texts().injectNull(0.5))
            .as(Payload::new);
    return Combinators.combine(payloads, texts()).as(Entry::new);
  }

  @Property
  void whatIsEncodedIsDecoded(@ForAll("entries") Entry entry) {
    byte[] payload = RowCodec.encodeEntry(entry).getBytes(UTF_8);
    assertThat(V1.decode("doc", 0, Row.ENTRY, payload, blobOf(entry))).isEqualTo(entry);
  }

  @Property
  void theFastReaderReadsWhatTheGeneralOneReads(@ForAll("entries") Entry entry) {
    String json = RowCodec.encodeEntry(entry);
    byte[] blob = blobOf(entry);
    assertThat(CanonicalEntry.read(json.getBytes(UTF_8), blob)).isEqualTo(entry);
    byte[] loose = json.replaceFirst("\\{", "{ ").getBytes(UTF_8);
    assertThat(CanonicalEntry.read(loose, blob)).isNull();
    assertThat(V1.decode("doc", 0, Row.ENTRY, loose, blob)).isEqualTo(entry);
  }

  @Property
  void theTextIsUtf8WhateverTheRecordHolds(@ForAll("entries") Entry entry) {
    String json = RowCodec.encodeEntry(entry);
    assertThat(new String(json.getBytes(UTF_8), UTF_8)).isEqualTo(json);
  }

  /** Whatever a damaged row holds, it is read or refused, and never crashes the reader. */
  @Property
  void aChangedByteIsReadOrRefused(
      @ForAll("entries") Entry entry, @ForAll int position, @ForAll byte value) {
    byte[] payload = RowCodec.encodeEntry(entry).getBytes(UTF_8);
    payload[Math.floorMod(position, payload.length)] = value;
    try {
      assertThat(V1.decode("doc", 0, Row.ENTRY, payload, blobOf(entry))).isInstanceOf(Entry.class);
    } catch (CorruptDataException e) {
      assertThat(e.seq()).hasValue(0);
    }
  }

  @Property
  void aCutRowIsRefused(@ForAll("entries") Entry entry, @ForAll int length) {
    byte[] whole = RowCodec.encodeEntry(entry).getBytes(UTF_8);
    byte[] cut = Arrays.copyOf(whole, Math.floorMod(length, whole.length));
    assertThatExceptionOfType(CorruptDataException.class)
        .isThrownBy(() -> V1.decode("doc", 3, Row.ENTRY, cut, blobOf(entry)));
  }

  private static byte @Nullable [] blobOf(Entry entry) {
    return entry.payload().data() instanceof Bytes(byte[] bytes) ? bytes : null;
  }

  @Test
  void entriesAreWrittenAsTheOriginalWritesThem() {
    assertThat(RowCodec.encodeEntry(new Entry(Payload.binary(Kind.SINCE, new byte[0]), "v1")))
        .isEqualTo("{\"kind\":\"since\",\"encoding\":\"binary\",\"version\":\"v1\"}");
    assertThat(
            RowCodec.encodeEntry(
                new Entry(Payload.json(Kind.ENTIRETY, "{\"a\":1}").withLineage("g"), "")))
        .isEqualTo(
            "{\"kind\":\"entirety\",\"encoding\":\"json\",\"version\":\"\","
                + "\"data\":\"{\\\"a\\\":1}\",\"lineage\":\"g\"}");
  }

  @Test
  void metadataNamesItsSyncModeAsTheFormatDoes() {
    assertThat(V1.encodeMeta(META)).contains("\"syncProtocol\":{").doesNotContain("syncMode");
    assertThat(V2.encodeMeta(META)).contains("\"syncMode\":{").doesNotContain("syncProtocol");
    StoreMeta more = META.with("x", new JsonNumber("1.0"));
    for (RowCodec codec : List.of(V1, V2)) {
      String text = codec.encodeMeta(more);
      assertThat(text).endsWith("\"schemaHash\":\"00ab\",\"x\":1.0}");
      assertThat(codec.decodeIndex("doc", text.getBytes(UTF_8))).hasToString(more.toString());
    }
  }

  @Test
  void theOldNameOfTheLineageIsReadAndNotWritten() {
    byte[] old =
        "{\"kind\":\"since\",\"encoding\":\"json\",\"version\":\"1\",\"data\":\"\",\"epoch\":\"e\"}"
            .getBytes(UTF_8);
    Entry entry = (Entry) V2.decode("doc", 1, Row.ENTRY, old, null);
    assertThat(entry.payload().lineage()).isEqualTo("e");
    assertThat(RowCodec.encodeEntry(entry)).endsWith("\"lineage\":\"e\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"kind\":\"other\",\"encoding\":\"json\",\"version\":\"\",\"data\":\"\"}",
        "{\"kind\":\"since\",\"encoding\":\"other\",\"version\":\"\",\"data\":\"\"}",
        "{\"kind\":\"since\",\"encoding\":\"json\",\"version\":1,\"data\":\"\"}",
        "{\"kind\":\"since\",\"encoding\":\"json\",\"version\":\"\"}",
        "{\"kind\":\"since\",\"encoding\":\"json\",\"version\":\"\",\"data\":{}}",
        "{\"kind\":\"since\",\"encoding\":\"json\",\"version\":\"\",\"data\":\"\",\"lineage\":null}",
        "{\"kind\":\"since\",\"encoding\":\"json\",\"version\":\"\",\"data\":\"\\x\"}",
        "{\"kind\":\"since\",\"encoding\":\"json\",\"version\":\"\",\"data\":\"\\u12\"}",
        "{\"kind\":\"since\",\"encoding\":\"json\",\"version\":\"\",\"data\":\"\n\"}",
        "{\"kind\":\"since\",\"encoding\":\"json\",\"version\":\"\",\"data\":\"\"} "
            + "{\"kind\":\"since\"}",
      })
  void aPayloadThatIsNoEntryIsRefusedWithItsPlace(String payload) {
    assertThatExceptionOfType(CorruptDataException.class)
        .isThrownBy(() -> V1.decode("doc", 7, Row.ENTRY, payload.getBytes(UTF_8), null))
        .withMessageContainingAll("\"doc\"", "kyneta_records", "seq 7");
  }

  @Test
  void dataInBothPlacesIsRefused() {
    byte[] payload =
        "{\"kind\":\"since\",\"encoding\":\"json\",\"version\":\"\",\"data\":\"\"}".getBytes(UTF_8);
    assertThatExceptionOfType(CorruptDataException.class)
        .isThrownBy(() -> V1.decode("doc", 7, Row.ENTRY, payload, new byte[0]))
        .withMessageContaining("found both");
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    byte[] payload =
        RowCodec.encodeEntry(new Entry(Payload.json(Kind.SINCE, "x"), "")).getBytes(UTF_8);
    payload[payload.length - 3] = (byte) 0xFF;
    assertThatExceptionOfType(CorruptDataException.class)
        .isThrownBy(() -> V1.decode("doc", 7, Row.ENTRY, payload, null))
        .withMessageContaining("UTF-8");
  }

  @Test
  void anotherKindIsRefused() {
    assertThatExceptionOfType(CorruptDataException.class)
        .isThrownBy(() -> V1.decode("doc", 7, "Entry", new byte[0], null))
        .withMessageContaining("expected meta or entry, found \"Entry\"");
    assertThatExceptionOfType(CorruptDataException.class)
        .isThrownBy(() -> V1.decode("doc", 7, Row.META, null, null))
        .withMessageContaining("NULL");
  }

  @Test
  void membersThatAreNotCarriedAreNamed() {
    byte[] payload =
        "{\"kind\":\"since\",\"more\":1,\"encoding\":\"json\",\"version\":\"\",\"data\":\"\",\"z\":[]}"
            .getBytes(UTF_8);
    assertThat(V1.unknownMembers(payload)).containsExactly("more", "z");
    assertThat(V1.decode("doc", 0, Row.ENTRY, payload, null))
        .isEqualTo(new Entry(Payload.json(Kind.SINCE, ""), ""));
  }

  @Test
  void aPlanNumbersRowsAndSaysWhatTheIndexHolds() {
    WritePlan plan = WritePlan.append(V1, Limits.DEFAULT, "doc", null, -1, Long.MAX_VALUE);
    Row meta = plan.next(StoreRecord.meta(META));
    Row entry = plan.next(StoreRecord.entry(Payload.binary(Kind.SINCE, new byte[] {1}), "v"));
    assertThat(List.of(meta.seq(), entry.seq())).containsExactly(0L, 1L);
    assertThat(meta.payload()).isEqualTo(V1.encodeMeta(META));
    assertThat(plan.meta().orElseThrow().data()).isEqualTo(V1.encodeMeta(META));
    assertThat(JsonValue.quote(entry.kind())).isEqualTo("\"entry\"");
  }

  /** Of what a database holds anybody may have written anything. */
  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":", "9", "-", "1e9", "\"", "0."})
  void hostileRowsAreRefusedAtOnce(String part) {
    String hostile = part.repeat(3_000_000 / part.length());
    byte[] meta = V2.encodeMeta(META).replaceFirst("\\{", "{\"more\":" + hostile).getBytes(UTF_8);
    byte[] entry =
        ("{\"kind\":\"since\",\"encoding\":\"json\",\"version\":" + hostile).getBytes(UTF_8);
    Assertions.assertTimeout(
        Duration.ofSeconds(1),
        () -> {
          assertThatExceptionOfType(CorruptDataException.class)
              .isThrownBy(() -> V2.decode("doc", 0, Row.META, meta, null));
          assertThatExceptionOfType(CorruptDataException.class)
              .isThrownBy(() -> V2.decodeIndex("doc", meta));
          assertThatExceptionOfType(CorruptDataException.class)
              .isThrownBy(() -> V2.decode("doc", 1, Row.ENTRY, entry, null));
          assertThat(V2.unknownMembers(entry)).isEmpty();
        });
  }
}
