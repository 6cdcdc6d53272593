package org.kyneta.cli;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Format;
import org.kyneta.store.DocIds;
import org.kyneta.store.JsonValue;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Data;
import org.kyneta.store.Payload.Text;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import tools.jackson.core.JsonToken;

/** Reads the records of a dump. A member that is not known is refused, since it would be lost. */
final class RecordReader {

  private final JsonInput in;

  RecordReader(JsonInput in) {
    this.in = in;
  }

  /** Reads a record whose object has just begun. */
  StoreRecord record() {
    String kind = null;
    StoreMeta meta = null;
    Payload payload = null;
    String version = null;
    for (String name = in.nextMember(); name != null; name = in.nextMember()) {
      switch (name) {
        case "kind" -> kind = in.string("kind");
        case "meta" -> meta = meta("meta");
        case "payload" -> payload = payload();
        case "version" -> version = in.string("version");
        default -> throw unknown(name, "kind, meta, payload or version");
      }
    }
    return switch (required(kind, "kind")) {
      case "meta" -> {
        if (payload != null || version != null) {
          throw new BadLineException("expected metadata alone, found a payload or a version too");
        }
        yield StoreRecord.meta(required(meta, "meta"));
      }
      case "entry" -> {
        if (meta != null) {
          throw new BadLineException("expected an entry alone, found metadata too");
        }
        yield StoreRecord.entry(required(payload, "payload"), required(version, "version"));
      }
      case String other -> throw other("kind", "meta or entry", other);
    };
  }

  /** Reads metadata, whichever name it gives the sync mode. */
  StoreMeta meta(String what) {
    JsonObject json = in.object(what);
    Map<String, JsonValue> members = LinkedHashMap.newLinkedHashMap(json.members().size());
    for (Map.Entry<String, JsonValue> member : json.members().entrySet()) {
      boolean old = member.getKey().equals(Format.V1.syncMember());
      String name = old ? StoreMeta.SYNC_MODE : member.getKey();
      if (members.put(name, member.getValue()) != null) {
        throw new BadLineException("expected syncProtocol or syncMode in metadata, found both");
      }
    }
    try {
      return StoreMeta.fromJson(new JsonObject(members));
    } catch (IllegalArgumentException e) {
      throw new BadLineException(String.valueOf(e.getMessage()), e);
    }
  }

  private Payload payload() {
    in.expect(JsonToken.START_OBJECT, "payload to be an object");
    String kind = null;
    String encoding = null;
    Data data = null;
    String lineage = null;
    for (String name = in.nextMember(); name != null; name = in.nextMember()) {
      switch (name) {
        case "kind" -> kind = in.string("payload.kind");
        case "encoding" -> encoding = in.string("payload.encoding");
        case "data" -> data = data();
        case "lineage" -> lineage = in.string("payload.lineage");
        default -> throw unknown("payload." + name, "kind, encoding, data or lineage");
      }
    }
    return new Payload(
        switch (required(kind, "payload.kind")) {
          case "entirety" -> Payload.Kind.ENTIRETY;
          case "since" -> Payload.Kind.SINCE;
          case String other -> throw other("payload.kind", "entirety or since", other);
        },
        switch (required(encoding, "payload.encoding")) {
          case "json" -> Payload.Encoding.JSON;
          case "binary" -> Payload.Encoding.BINARY;
          case String other -> throw other("payload.encoding", "json or binary", other);
        },
        required(data, "payload.data"),
        lineage);
  }

  private Data data() {
    in.expect(JsonToken.START_OBJECT, "payload.data to be an object");
    String name = in.nextMember();
    Data data =
        switch (String.valueOf(name)) {
          case "text" -> new Text(in.string("payload.data.text"));
          case "hex" -> new Bytes(bytes(in.string("payload.data.hex")));
          default -> throw in.unexpected("payload.data to hold text or hex");
        };
    in.expect(JsonToken.END_OBJECT, "payload.data to hold text or hex alone");
    return data;
  }

  private static byte[] bytes(String hex) {
    try {
      return HexFormat.of().parseHex(hex);
    } catch (IllegalArgumentException e) {
      throw new BadLineException("expected payload.data.hex to be pairs of hex digits", e);
    }
  }

  private static <T> T required(@Nullable T value, String member) {
    if (value == null) {
      throw new BadLineException("expected a member %s, found none".formatted(member));
    }
    return value;
  }

  private static BadLineException unknown(String name, String expected) {
    return other("member", expected, name);
  }

  private static BadLineException other(String what, String expected, String found) {
    return new BadLineException(
        "%s: expected %s, found %s".formatted(what, expected, DocIds.show(found)));
  }
}
