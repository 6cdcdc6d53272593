package org.kyneta.cli;

import java.util.HexFormat;
import org.kyneta.sql.Format;
import org.kyneta.sql.RowCodec;
import org.kyneta.sql.TableNames;
import org.kyneta.store.JsonValue;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Text;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;
import org.kyneta.store.StoreRecord.Meta;

/**
 * Writes records as JSON, as a format calls their members and {@code JSON.stringify} prints them.
 */
final class RecordJson {

  private static final int HEX_CHUNK = 1 << 14;

  private final Output out;
  private final RowCodec codec;

  RecordJson(Output out, Format format) {
    this.out = out;
    this.codec = new RowCodec(format, TableNames.DEFAULT);
  }

  void meta(StoreMeta meta) {
    out.write(codec.encodeMeta(meta));
  }

  void record(StoreRecord record) {
    out.write('{');
    members(record);
    out.write('}');
  }

  /** Writes the members of a record's object. */
  void members(StoreRecord record) {
    switch (record) {
      case Meta(StoreMeta meta) -> {
        out.write("\"kind\":\"meta\",\"meta\":");
        meta(meta);
      }
      case Entry(Payload payload, String version) -> {
        out.write("\"kind\":\"entry\",\"payload\":");
        payload(payload);
        out.write(",\"version\":");
        string(version);
      }
    }
  }

  private void payload(Payload payload) {
    out.write("{\"kind\":\"" + payload.kind().jsonName());
    out.write("\",\"encoding\":\"" + payload.encoding().jsonName());
    out.write("\",\"data\":{");
    switch (payload.data()) {
      case Text(String text) -> {
        out.write("\"text\":");
        string(text);
      }
      case Bytes(byte[] bytes) -> {
        out.write("\"hex\":\"");
        hex(bytes);
        out.write('"');
      }
    }
    out.write('}');
    String lineage = payload.lineage();
    if (lineage != null) {
      out.write(",\"lineage\":");
      string(lineage);
    }
    out.write('}');
  }

  private void hex(byte[] bytes) {
    for (int from = 0; from < bytes.length; from += HEX_CHUNK) {
      int to = Math.min(bytes.length, from + HEX_CHUNK);
      out.write(HexFormat.of().formatHex(bytes, from, to));
    }
  }

  void string(String text) {
    out.write(JsonValue.quote(text));
  }
}
