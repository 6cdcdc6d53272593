package org.kyneta.sql;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.CorruptDataException;
import org.kyneta.store.DocIds;
import org.kyneta.store.JsonValue;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Text;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;
import org.kyneta.store.StoreRecord.Meta;

/**
 * Turns records into the columns {@code kind}, {@code payload} and {@code blob}, and back.
 *
 * <p>The text is exactly what the JavaScript packages write for the same record. Immutable.
 *
 * @param format the format, which decides how the sync mode's member is called
 * @param tables the tables, which messages name
 */
public record RowCodec(Format format, TableNames tables) {

  private static final Set<String> ENTRY_MEMBERS =
      Set.of("kind", "encoding", "version", "data", "lineage", "epoch");

  /** Returns metadata as the JSON text that is stored. */
  public String encodeMeta(StoreMeta meta) {
    JsonObject json = meta.toJson();
    return renamed(json, StoreMeta.SYNC_MODE, format.syncMember()).toString();
  }

  /** Returns the JSON text of an entry; its data is in it only if it is text. */
  static String encodeEntry(Entry entry) {
    Payload payload = entry.payload();
    int size = 64 + entry.version().length();
    StringBuilder out = new StringBuilder(size);
    out.append("{\"kind\":\"").append(payload.kind().jsonName());
    out.append("\",\"encoding\":\"").append(payload.encoding().jsonName());
    out.append("\",\"version\":");
    JsonValue.quote(entry.version(), out);
    if (payload.data() instanceof Text(String text)) {
      out.ensureCapacity(size + text.length() + (text.length() >> 3));
      out.append(",\"data\":");
      JsonValue.quote(text, out);
    }
    String lineage = payload.lineage();
    if (lineage != null) {
      out.append(",\"lineage\":");
      JsonValue.quote(lineage, out);
    }
    return out.append('}').toString();
  }

  /**
   * Reads a row of the metadata index.
   *
   * @param docId the document
   * @param data the column's bytes
   * @throws CorruptDataException if it cannot be read
   */
  public StoreMeta decodeIndex(String docId, byte[] data) {
    try {
      return decodeMeta(data);
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException(docId, tables.metaIn(format), problem(e), e);
    }
  }

  /**
   * Reads a row of the records table.
   *
   * @param docId the document
   * @param seq the row's sequence number
   * @param kind the column
   * @param payload the column's bytes, or null
   * @param blob the column's bytes, or null; kept in the record, not copied
   * @throws CorruptDataException if it cannot be read
   */
  public StoreRecord decode(
      String docId, long seq, String kind, byte @Nullable [] payload, byte @Nullable [] blob) {
    try {
      if (payload == null) {
        throw new IllegalArgumentException("payload: expected JSON text, found NULL");
      }
      return switch (kind) {
        case Row.META -> {
          if (blob != null) {
            throw new IllegalArgumentException("blob: expected NULL beside metadata, found bytes");
          }
          yield new Meta(decodeMeta(payload));
        }
        case Row.ENTRY -> {
          Entry entry = CanonicalEntry.read(payload, blob);
          yield entry != null ? entry : decodeEntry(payload, blob);
        }
        default ->
            throw new IllegalArgumentException(
                "kind: expected meta or entry, found " + DocIds.show(kind));
      };
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException(docId, tables.recordsName(), seq, problem(e), e);
    }
  }

  /**
   * Returns the members of a stored entry that a record does not carry, so that they are lost when
   * the record is written elsewhere.
   *
   * @param payload the column's bytes
   * @return their names in their order, none if the text cannot be read
   */
  public List<String> unknownMembers(byte[] payload) {
    try {
      return Json.parseObject(Utf8.decode(payload)).members().keySet().stream()
          .filter(name -> !ENTRY_MEMBERS.contains(name))
          .toList();
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  private static String problem(IllegalArgumentException e) {
    return String.valueOf(e.getMessage());
  }

  /**
   * Reads metadata.
   *
   * @throws IllegalArgumentException if it cannot be read
   */
  StoreMeta decodeMeta(byte[] data) {
    JsonObject json = Json.parseObject(Utf8.decode(data));
    return StoreMeta.fromJson(renamed(json, format.syncMember(), StoreMeta.SYNC_MODE));
  }

  /** Gives a member another name in its place. */
  private static JsonObject renamed(JsonObject json, String from, String to) {
    if (from.equals(to)) {
      return json;
    }
    if (json.members().containsKey(to)) {
      throw new IllegalArgumentException(
          "metadata: expected the member %s alone, found %s as well".formatted(from, to));
    }
    Map<String, JsonValue> members = LinkedHashMap.newLinkedHashMap(json.members().size());
    json.members().forEach((name, value) -> members.put(name.equals(from) ? to : name, value));
    return new JsonObject(members);
  }

  /** Reads an entry that is not in canonical form. */
  static Entry decodeEntry(byte[] payload, byte @Nullable [] blob) {
    JsonObject json = Json.parseObject(Utf8.decode(payload));
    Payload.Kind kind =
        switch (text(json, "kind")) {
          case "entirety" -> Payload.Kind.ENTIRETY;
          case "since" -> Payload.Kind.SINCE;
          case String other -> throw unexpected("kind", "entirety or since", other);
        };
    Payload.Encoding encoding =
        switch (text(json, "encoding")) {
          case "json" -> Payload.Encoding.JSON;
          case "binary" -> Payload.Encoding.BINARY;
          case String other -> throw unexpected("encoding", "json or binary", other);
        };
    String version = text(json, "version");
    Payload.Data data = blob == null ? new Text(text(json, "data")) : new Bytes(blob);
    if (blob != null && json.members().containsKey("data")) {
      throw new IllegalArgumentException(
          "data: expected it in the payload or the blob, found both");
    }
    String lineage = null;
    if (json.members().containsKey("lineage")) {
      lineage = text(json, "lineage");
    } else if (json.members().containsKey("epoch")) {
      lineage = text(json, "epoch");
    }
    return new Entry(new Payload(kind, encoding, data, lineage), version);
  }

  private static String text(JsonObject json, String member) {
    JsonValue value = json.members().get(member);
    if (value instanceof JsonValue.JsonString(String text)) {
      return text;
    }
    throw new IllegalArgumentException(
        "payload member %s: expected a string, found %s"
            .formatted(member, value == null ? "nothing" : "another value"));
  }

  private static IllegalArgumentException unexpected(String member, String expected, String found) {
    return new IllegalArgumentException(
        "payload member %s: expected %s, found %s".formatted(member, expected, DocIds.show(found)));
  }
}
