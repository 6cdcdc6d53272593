package org.kyneta.testkit.flaws;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Limits;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Encoding;
import org.kyneta.store.Payload.Text;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;
import org.kyneta.store.StreamRules;

/** Entries that do not come back as they were, and sizes that are not as agreed. */
final class RecordFlaws {

  static final List<Flaw> ALL =
      List.of(
          Flaw.of(
              "unpaired surrogates are lost",
              keeping(texts(text -> new String(utf8(text), StandardCharsets.UTF_8))),
              "unpairedSurrogatesInTextVersionAndLineageComeBack",
              "largePayloadsComeBack"),
          Flaw.of(
              "texts end at NUL",
              keeping(texts(text -> text.split("\0", -1)[0])),
              "textsOfAnyKindComeBack"),
          Flaw.of(
              "a byte-order mark is taken off",
              keeping(texts(text -> text.startsWith("\uFEFF") ? text.substring(1) : text)),
              "textsOfAnyKindComeBack"),
          Flaw.of(
              "texts are cut at 65,535 characters",
              keeping(texts(text -> text.substring(0, Math.min(text.length(), 65_535)))),
              "largePayloadsComeBack"),
          Flaw.of(
              "an empty blob becomes an empty text",
              keeping(payloads(RecordFlaws::emptyAsText)),
              "emptyTextAndEmptyBytesAreToldApart",
              "binaryPayloadsComeBack",
              "jsonAndBinaryPayloadsComeBackMixed"),
          Flaw.of(
              "bytes are kept as text",
              keeping(payloads(RecordFlaws::throughText)),
              "binaryPayloadsComeBack"),
          Flaw.of(
              "the encoding says what the data is",
              keeping(payloads(RecordFlaws::byEncoding)),
              "textAndBytesComeBackUnderEitherEncodingAndKind"),
          Flaw.of(
              "an empty lineage is none",
              keeping(
                  payloads(p ->
                      "".equals(p.lineage())
                          ? new Payload(p.kind(), p.encoding(), p.data(), null)
                          : p)),
              "lineageIsAbsentEmptyOrPresent"),
          Flaw.of(
              "the caller's array is kept",
              keeping(UnaryOperator.identity()),
              "arrayThatIsChangedAfterWritingDoesNotChangeTheStore"),
          Flaw.of(
              "the store's array is handed out",
              (data, limits) ->
                  new Sketch(data, limits) {
                    @Override
                    StoreRecord given(StoreRecord record) {
                      return record;
                    }
                  },
              "arrayThatIsChangedAfterReadingDoesNotChangeTheStore"),
          Flaw.of(
              "limits are a byte too wide",
              (data, limits) -> new Sketch(data, shifted(limits, 1)),
              "idOfTheLimitIsTakenAndOneByteMoreIsRefused",
              "payloadOfTheLimitIsTakenAndOneByteMoreIsRefused",
              "metadataOfTheLimitIsTakenAndOneByteMoreIsRefused"),
          Flaw.of(
              "limits are a byte too narrow",
              (data, limits) -> new Sketch(data, shifted(limits, -1)),
              "idOfTheLimitIsTakenAndOneByteMoreIsRefused",
              "payloadOfTheLimitIsTakenAndOneByteMoreIsRefused",
              "metadataOfTheLimitIsTakenAndOneByteMoreIsRefused"),
          Flaw.of(
              "lineages do not count",
              (data, limits) ->
                  new Sketch(data, limits) {
                    @Override
                    void checkSize(String docId, StoreRecord record) {
                      super.checkSize(
                          docId,
                          payloads(p -> new Payload(p.kind(), p.encoding(), p.data(), null))
                              .apply(record));
                    }
                  },
              "payloadOfTheLimitIsTakenAndOneByteMoreIsRefused"),
          Flaw.of(
              "text is measured in characters",
              (data, limits) ->
                  new Sketch(data, limits) {
                    @Override
                    void checkSize(String docId, StoreRecord record) {
                      super.checkSize(
                          docId, texts(text -> "x".repeat(text.length())).apply(record));
                    }
                  },
              "payloadOfTheLimitIsTakenAndOneByteMoreIsRefused"),
          Flaw.of(
              "limits bind what is read",
              (data, limits) ->
                  new Sketch(data, limits) {
                    @Override
                    StoreRecord given(StoreRecord record) {
                      StreamRules.checkSize("", record, limits);
                      return super.given(record);
                    }
                  },
              "recordsBeyondTheLimitMayBeRead"));

  private RecordFlaws() {}

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Limits shifted(Limits limits, int by) {
    return new Limits(limits.idBytes() + by, limits.payloadBytes() + by, limits.metaBytes() + by);
  }

  private static Flaw.Opener keeping(UnaryOperator<StoreRecord> change) {
    return (data, limits) ->
        new Sketch(data, limits) {
          @Override
          StoreRecord kept(StoreRecord record) {
            return change.apply(record);
          }
        };
  }

  private static UnaryOperator<StoreRecord> payloads(UnaryOperator<Payload> change) {
    return record ->
        record instanceof Entry(Payload payload, String version)
            ? StoreRecord.entry(change.apply(payload), version)
            : record;
  }

  private static UnaryOperator<StoreRecord> texts(UnaryOperator<String> change) {
    return record ->
        record instanceof Entry(Payload payload, String version)
            ? StoreRecord.entry(
                new Payload(
                    payload.kind(),
                    payload.encoding(),
                    payload.data() instanceof Text(String text)
                        ? new Text(change.apply(text))
                        : payload.data(),
                    ifPresent(payload.lineage(), change)),
                change.apply(version))
            : record;
  }

  private static @Nullable String ifPresent(@Nullable String text, UnaryOperator<String> change) {
    return text == null ? null : change.apply(text);
  }

  private static Payload emptyAsText(Payload payload) {
    return payload.data() instanceof Bytes(byte[] bytes) && bytes.length == 0
        ? new Payload(payload.kind(), payload.encoding(), new Text(""), payload.lineage())
        : payload;
  }

  private static Payload throughText(Payload payload) {
    return payload.data() instanceof Bytes(byte[] bytes)
        ? new Payload(
            payload.kind(),
            payload.encoding(),
            new Bytes(utf8(new String(bytes, StandardCharsets.UTF_8))),
            payload.lineage())
        : payload;
  }

  private static Payload byEncoding(Payload payload) {
    return switch (payload.data()) {
      case Text(String text) when payload.encoding() == Encoding.BINARY ->
          new Payload(payload.kind(), Encoding.BINARY, new Bytes(utf8(text)), payload.lineage());
      case Bytes(byte[] bytes) when payload.encoding() == Encoding.JSON ->
          new Payload(
              payload.kind(),
              Encoding.JSON,
              new Text(new String(bytes, StandardCharsets.UTF_8)),
              payload.lineage());
      case Bytes(byte[] bytes) ->
          new Payload(
              payload.kind(),
              payload.encoding(),
              new Bytes(Arrays.copyOf(bytes, bytes.length)),
              payload.lineage());
      case Text t -> payload;
    };
  }
}
