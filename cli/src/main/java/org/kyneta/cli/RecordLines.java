package org.kyneta.cli;

import java.util.HexFormat;
import org.kyneta.sql.Format;
import org.kyneta.sql.RowCodec;
import org.kyneta.sql.TableNames;
import org.kyneta.store.DocIds;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Text;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;
import org.kyneta.store.StoreRecord.Meta;

/** Writes records for people, one a line. */
final class RecordLines {

  private static final int NAME_SHOWN = 24;
  private static final int TEXT_SHOWN = 48;
  private static final int BYTES_SHOWN = 24;

  private final Output out;
  private final RowCodec codec;

  RecordLines(Output out, Format format) {
    this.out = out;
    this.codec = new RowCodec(format, TableNames.DEFAULT);
  }

  void print(long seq, StoreRecord record) {
    switch (record) {
      case Meta(StoreMeta meta) ->
          out.line("%8d  meta             %s".formatted(seq, Shown.line(codec.encodeMeta(meta))));
      case Entry(Payload payload, String version) ->
          out.line(
              "%8d  %-15s  version %-8s  %9s  %s%s"
                  .formatted(
                      seq,
                      payload.kind().jsonName() + "/" + payload.encoding().jsonName(),
                      Shown.text(version, NAME_SHOWN),
                      Shown.bytes(size(payload)),
                      lineage(payload),
                      beginning(payload)));
    }
  }

  private static long size(Payload payload) {
    return switch (payload.data()) {
      case Text(String text) -> DocIds.utf8Length(text);
      case Bytes(byte[] bytes) -> bytes.length;
    };
  }

  private static String lineage(Payload payload) {
    String lineage = payload.lineage();
    return lineage == null ? "" : "lineage " + Shown.text(lineage, NAME_SHOWN) + "  ";
  }

  private static String beginning(Payload payload) {
    return switch (payload.data()) {
      case Text(String text) -> Shown.text(text, TEXT_SHOWN);
      case Bytes(byte[] bytes) when bytes.length <= BYTES_SHOWN -> HexFormat.of().formatHex(bytes);
      case Bytes(byte[] bytes) -> HexFormat.of().formatHex(bytes, 0, BYTES_SHOWN) + "…";
    };
  }
}
