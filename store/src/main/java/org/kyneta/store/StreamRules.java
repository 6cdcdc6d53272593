package org.kyneta.store;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.JsonValue.JsonArray;
import org.kyneta.store.JsonValue.JsonLiteral;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Text;
import org.kyneta.store.RecordRejectedException.Rule;
import org.kyneta.store.StoreRecord.Entry;
import org.kyneta.store.StoreRecord.Meta;

/** The rules that every store keeps, as pure functions for those who write one. */
public final class StreamRules {

  private StreamRules() {}

  /**
   * Checks the id of a document that is read or deleted, or a prefix of ids.
   *
   * @throws NullPointerException if it is null
   * @throws RecordRejectedException if it has an unpaired surrogate
   */
  public static void checkId(String docId) {
    if (!DocIds.isWellFormed(Objects.requireNonNull(docId, "docId"))) {
      throw RecordRejectedException.illFormedId(docId);
    }
  }

  /**
   * Checks the id of a document that is written.
   *
   * @throws NullPointerException if it is null
   * @throws RecordRejectedException if it has an unpaired surrogate or is too long
   */
  public static void checkId(String docId, Limits limits) {
    checkId(docId);
    if (docId.length() > limits.idBytes() / 3) {
      checkSize(docId, "docId", limits.idBytes(), DocIds.utf8Length(docId));
    }
  }

  /**
   * Checks the size of a record.
   *
   * @throws NullPointerException if an argument is null
   * @throws RecordRejectedException if a part of it is too large
   */
  public static void checkSize(String docId, StoreRecord record, Limits limits) {
    switch (record) {
      case Meta(StoreMeta meta) -> {
        if (nestsDeeperThan(JsonValue.DEEPEST, meta.toJson())) {
          throw new RecordRejectedException(
              Rule.SIZE_IS_LIMITED,
              docId,
              "metadata",
              "nested at most " + JsonValue.DEEPEST + " deep",
              "deeper nesting");
        }
        checkSize(docId, "metadata", limits.metaBytes(), DocIds.utf8Length(meta.toString()));
      }
      case Entry(Payload payload, String version) -> {
        long size =
            switch (payload.data()) {
              case Text(String text) -> DocIds.utf8Length(text);
              case Bytes(byte[] bytes) -> bytes.length;
            };
        size += DocIds.utf8Length(version);
        String lineage = payload.lineage();
        size += lineage == null ? 0 : DocIds.utf8Length(lineage);
        checkSize(docId, "payload", limits.payloadBytes(), size);
      }
    }
  }

  private static boolean nestsDeeperThan(int levels, JsonValue value) {
    return switch (value) {
      case JsonObject(Map<String, JsonValue> members) ->
          levels == 0
              || members.values().stream().anyMatch(member -> nestsDeeperThan(levels - 1, member));
      case JsonArray(List<JsonValue> elements) ->
          levels == 0
              || elements.stream().anyMatch(element -> nestsDeeperThan(levels - 1, element));
      case JsonString s -> false;
      case JsonNumber n -> false;
      case JsonLiteral l -> false;
    };
  }

  private static void checkSize(String docId, String field, long limit, long found) {
    if (found > limit) {
      throw RecordRejectedException.tooLarge(docId, field, limit, found);
    }
  }

  /**
   * Returns the metadata that a document has after a record was appended to it.
   *
   * @param docId the document
   * @param current its current metadata, or null if it does not exist
   * @param record the record
   * @throws RecordRejectedException if the record cannot be appended
   */
  public static StoreMeta afterAppend(
      String docId, @Nullable StoreMeta current, StoreRecord record) {
    return switch (record) {
      case Meta(StoreMeta offered) -> succeed(docId, current, offered);
      case Entry entry -> {
        if (current == null) {
          throw new RecordRejectedException(
              Rule.FIRST_RECORD_IS_META, docId, "kind", "meta", "entry");
        }
        yield current;
      }
    };
  }

  /**
   * Returns the metadata against which the next record of a replacement is to be checked.
   *
   * @param docId the document
   * @param current the metadata that the replacement's records so far, or the document before it,
   *     have; null if there is none
   * @param record the replacement's next record
   * @return the record's metadata, or {@code current} if it has none
   * @throws RecordRejectedException if the record cannot be part of the replacement
   */
  public static @Nullable StoreMeta withinReplacement(
      String docId, @Nullable StoreMeta current, StoreRecord record) {
    return record instanceof Meta(StoreMeta offered) ? succeed(docId, current, offered) : current;
  }

  /**
   * Returns the exception for a replacement that holds no metadata.
   *
   * @param docId the document
   * @param records how many records the replacement has
   */
  public static RecordRejectedException replacementWithoutMeta(String docId, long records) {
    return new RecordRejectedException(
        Rule.REPLACEMENT_HAS_META,
        docId,
        "records",
        "with at least one of kind meta",
        "none among " + records);
  }

  private static StoreMeta succeed(String docId, @Nullable StoreMeta current, StoreMeta offered) {
    if (current == null) {
      return offered;
    }
    if (!current.replicaType().isCompatibleWith(offered.replicaType())) {
      throw new RecordRejectedException(
          Rule.REPLICA_TYPE_IS_COMPATIBLE,
          docId,
          StoreMeta.REPLICA_TYPE,
          current.replicaType().toString(),
          offered.replicaType().toString());
    }
    if (!current.syncMode().equals(offered.syncMode())) {
      throw new RecordRejectedException(
          Rule.SYNC_MODE_IS_IMMUTABLE,
          docId,
          StoreMeta.SYNC_MODE,
          current.syncMode().toString(),
          offered.syncMode().toString());
    }
    return offered;
  }
}
