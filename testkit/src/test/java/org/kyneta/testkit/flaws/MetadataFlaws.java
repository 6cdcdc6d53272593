package org.kyneta.testkit.flaws;

import java.math.BigDecimal;
import java.text.Normalizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.JsonValue;
import org.kyneta.store.JsonValue.JsonArray;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.RecordRejectedException.Rule;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Meta;
import org.kyneta.store.SyncMode;
import org.kyneta.testkit.Trait;

/** Metadata that does not come back as it was. */
final class MetadataFlaws {

  static final List<Flaw> ALL =
      List.of(
          Flaw.of(
              "members that are not known are dropped",
              keeping(m -> StoreMeta.of(m.replicaType(), m.syncMode(), m.schemaHash())),
              "unknownMembersAreKept",
              "unknownMembersWithOddNamesAreKept",
              "unknownMembersInsideTheSyncModeAreKept",
              "membersBeforeTheKnownOnesAreKept",
              "numbersAreKept",
              "textsOfAnyKindAreKept",
              "metadataOf64KiBIsKept",
              "metadataAsLargeAsAllowedIsKept",
              "equalNumbersWrittenOtherwiseAreTheSameMetadata"),
          Flaw.of(
              "axes that are not known are dropped",
              keeping(m -> m.with(StoreMeta.SYNC_MODE, axes(m.syncMode()))),
              "unknownMembersInsideTheSyncModeAreKept"),
          Flaw.of(
              "members are sorted by name",
              keeping(values(MetadataFlaws::sorted)),
              "unknownMembersAreKept",
              "membersBeforeTheKnownOnesAreKept"),
          Flaw.of(
              "numbers are read as doubles",
              keeping(numbers(text -> new JsonNumber(asDouble(text)))),
              "numbersAreKept"),
          Flaw.of(
              "numbers lose the way in which they were written",
              keeping(numbers(text -> new JsonNumber(new BigDecimal(text).toString()))),
              "numbersAreKept"),
          Flaw.of(
              "numbers are compared as text",
              keeping(numbers(JsonString::new)),
              "equalNumbersWrittenOtherwiseAreTheSameMetadata",
              "numbersAreKept"),
          Flaw.of(
              "names of members are normalised",
              keeping(values(MetadataFlaws::normalised)),
              "unknownMembersWithOddNamesAreKept"),
          Flaw.of(
              "controls in texts become blanks",
              keeping(texts(text -> text.replaceAll("[\u0001-\u001F]", " "))),
              "textsOfAnyKindAreKept"),
          Flaw.of(
              "NUL in metadata is lost",
              keeping(texts(text -> text.replace("\0", ""))),
              "nulInMetadataIsKeptOrRefusedAsTheTraitSays"),
          Flaw.of(
                  "NUL in metadata is taken, and nobody is told",
                  Sketch::new,
                  "nulInMetadataIsKeptOrRefusedAsTheTraitSays")
              .without(Trait.NUL_IN_METADATA),
          Flaw.of(
              "unpaired surrogates in metadata are lost",
              keeping(texts(text -> text.replaceAll("\\p{Cs}", "\uFFFD"))),
              "unpairedSurrogatesInMetadataAreKeptOrRefusedAsTheTraitSays"),
          Flaw.of(
                  "unpaired surrogates in metadata are taken, and nobody is told",
                  Sketch::new,
                  "unpairedSurrogatesInMetadataAreKeptOrRefusedAsTheTraitSays")
              .without(Trait.SURROGATES_IN_METADATA),
          Flaw.of(
              "a member is taken for another format's",
              keeping(
                  values(object -> {
                    Map<String, JsonValue> rest = new LinkedHashMap<>(object.members());
                    rest.remove("syncProtocol");
                    return new JsonObject(rest);
                  })),
              "metadataThatCouldNotBeReadBackIsNotTaken"),
          Flaw.of(
              "only sync modes with a name are known",
              keeping(m ->
                  List.of(SyncMode.AUTHORITATIVE, SyncMode.EPHEMERAL).contains(m.syncMode())
                      ? m
                      : m.with(StoreMeta.SYNC_MODE, axes(SyncMode.COLLABORATIVE))),
              "everySyncModeIsKept"),
          Flaw.of(
              "metadata may have a hundred levels",
              refusing(meta -> depth(meta.toJson()) > 100),
              "metadataAsLargeAsAllowedIsKept"),
          Flaw.of(
              "metadata may have 10,000 characters",
              refusing(meta -> meta.toString().length() > 10_000),
              "metadataOf64KiBIsKept"),
          Flaw.of(
              "metadata may have any number of levels",
              (data, limits) ->
                  new Sketch(data, limits) {
                    @Override
                    void checkSize(String docId, StoreRecord record) {
                      if (!(record instanceof Meta)) {
                        super.checkSize(docId, record);
                      }
                    }
                  },
              "metadataThatIsNestedTooDeeplyIsRefused"),
          Flaw.of(
              "metadata is merged with what was there",
              (data, limits) ->
                  new Sketch(data, limits) {
                    @Override
                    @Nullable StoreMeta check(
                        String docId,
                        @Nullable StoreMeta meta,
                        StoreRecord record,
                        boolean append) {
                      StoreMeta next = super.check(docId, meta, record, append);
                      return meta == null || next == null ? next : merged(meta, next);
                    }
                  },
              "metadataIsReplacedWhole"));

  private MetadataFlaws() {}

  private static Flaw.Opener keeping(UnaryOperator<StoreMeta> change) {
    return (data, limits) ->
        new Sketch(data, limits) {
          @Override
          StoreRecord kept(StoreRecord record) {
            return record instanceof Meta(StoreMeta meta)
                ? StoreRecord.meta(change.apply(meta))
                : super.kept(record);
          }

          @Override
          @Nullable StoreMeta check(
              String docId, @Nullable StoreMeta meta, StoreRecord record, boolean append) {
            return super.check(docId, meta, kept(record), append);
          }
        };
  }

  private static Flaw.Opener refusing(Predicate<StoreMeta> tooLarge) {
    return (data, limits) ->
        new Sketch(data, limits) {
          @Override
          void checkSize(String docId, StoreRecord record) {
            super.checkSize(docId, record);
            if (record instanceof Meta(StoreMeta meta) && tooLarge.test(meta)) {
              throw new RecordRejectedException(
                  Rule.BACK_END_CAN_HOLD, docId, "metadata", "less", "more");
            }
          }
        };
  }

  private static JsonObject axes(SyncMode mode) {
    Map<String, JsonValue> axes = new LinkedHashMap<>();
    axes.put("writerModel", new JsonString(mode.writerModel().jsonName()));
    axes.put("delivery", new JsonString(mode.delivery().jsonName()));
    axes.put("durability", new JsonString(mode.durability().jsonName()));
    return new JsonObject(axes);
  }

  private static StoreMeta merged(StoreMeta before, StoreMeta after) {
    Map<String, JsonValue> members = new LinkedHashMap<>(before.toJson().members());
    members.putAll(after.toJson().members());
    return StoreMeta.fromJson(new JsonObject(members));
  }

  private static int depth(JsonValue value) {
    return switch (value) {
      case JsonObject object ->
          1 + object.members().values().stream().mapToInt(MetadataFlaws::depth).max().orElse(0);
      case JsonArray array ->
          1 + array.elements().stream().mapToInt(MetadataFlaws::depth).max().orElse(0);
      default -> 0;
    };
  }

  private static String asDouble(String literal) {
    double value = Double.parseDouble(literal);
    return Double.isFinite(value) ? Double.toString(value) : "0";
  }

  private static JsonObject sorted(JsonObject object) {
    return new JsonObject(new TreeMap<>(object.members()));
  }

  private static JsonObject normalised(JsonObject object) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    object
        .members()
        .forEach(
            (name, value) -> members.put(Normalizer.normalize(name, Normalizer.Form.NFC), value));
    return new JsonObject(members);
  }

  /** Changes every object, from the innermost on. */
  private static UnaryOperator<StoreMeta> values(UnaryOperator<JsonObject> change) {
    return meta -> StoreMeta.fromJson((JsonObject) map(meta.toJson(), change, v -> v));
  }

  /** Changes the numbers of members that are not known. */
  private static UnaryOperator<StoreMeta> numbers(Function<String, JsonValue> change) {
    return meta -> {
      StoreMeta changed = meta;
      for (Map.Entry<String, JsonValue> member : meta.toJson().members().entrySet()) {
        if (member.getValue() instanceof JsonNumber(String literal)) {
          changed = changed.with(member.getKey(), change.apply(literal));
        }
      }
      return changed;
    };
  }

  private static UnaryOperator<StoreMeta> texts(UnaryOperator<String> change) {
    return meta ->
        StoreMeta.fromJson(
            (JsonObject)
                map(
                    meta.toJson(),
                    UnaryOperator.identity(),
                    value ->
                        value instanceof JsonString(String text)
                            ? new JsonString(change.apply(text))
                            : value));
  }

  private static JsonValue map(
      JsonValue value, UnaryOperator<JsonObject> objects, UnaryOperator<JsonValue> others) {
    return switch (value) {
      case JsonObject object -> {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        object.members().forEach((name, member) -> members.put(name, map(member, objects, others)));
        yield objects.apply(new JsonObject(members));
      }
      case JsonArray array ->
          new JsonArray(array.elements().stream().map(e -> map(e, objects, others)).toList());
      default -> others.apply(value);
    };
  }
}
