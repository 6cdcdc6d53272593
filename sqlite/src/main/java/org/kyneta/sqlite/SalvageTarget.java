package org.kyneta.sqlite;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Checksum;
import org.kyneta.sql.Row;
import org.kyneta.sql.RowCodec;
import org.kyneta.sql.TableNames;
import org.kyneta.sqlite.SalvagedDocument.State;
import org.kyneta.store.CorruptDataException;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StreamRules;

/**
 * Puts documents into a new store, of each the records up to the first that is missing. Rows that
 * had no checksum get none.
 */
final class SalvageTarget implements SalvageStage.Documents {

  private final SqliteAdapter adapter;
  private final RowCodec codec;
  private final LostRanges lost;
  private final Consumer<SalvagedDocument> told;
  private final Statements statements;

  private final Map<State, Long> states = new EnumMap<>(State.class);
  private long records;
  private long unverified;
  private long beyondAll;

  private byte[] id = {};
  private String docId = "";
  private long next;
  private long kept;
  private long keptUnverified;
  private long beyond;
  private @Nullable String cut;
  private @Nullable StoreMeta meta;
  private @Nullable String metaText;
  private boolean metaChecked;

  SalvageTarget(
      SqliteAdapter adapter, Schema schema, LostRanges lost, Consumer<SalvagedDocument> told) {
    this.adapter = adapter;
    this.codec = schema.codec();
    this.statements = schema.statements();
    this.lost = lost;
    this.told = told;
  }

  long count(State state) {
    return states.getOrDefault(state, 0L);
  }

  long records() {
    return records;
  }

  long unverified() {
    return unverified;
  }

  long beyond() {
    return beyondAll;
  }

  @Override
  public void begin(byte[] newId) {
    id = newId;
    docId = new String(newId, StandardCharsets.UTF_8);
    next = 0;
    kept = 0;
    keptUnverified = 0;
    beyond = 0;
    cut = null;
    meta = null;
    metaText = null;
  }

  @Override
  public void add(
      long seq,
      String kind,
      byte[] payload,
      byte @Nullable [] blob,
      boolean checked,
      boolean clash) {
    if (cut == null) {
      cut = clash ? "two different records %d were found".formatted(seq) : gap(seq, checked);
    }
    if (cut == null) {
      cut = keep(seq, kind, payload, blob, checked);
    }
    if (cut != null) {
      beyond++;
    }
  }

  /** A gap is what the original leaves when it refuses a record, if nothing was lost there. */
  private @Nullable String gap(long seq, boolean checked) {
    if (seq == next) {
      return null;
    }
    boolean harmless =
        seq > next
            && !checked
            && kept > 0
            && !lost.touches(new RowKey(id, next), new RowKey(id, seq - 1));
    if (harmless) {
      return null;
    }
    return seq - 1 == next
        ? "record %d is missing or damaged".formatted(next)
        : "records %d to %d are missing or damaged".formatted(next, seq - 1);
  }

  private @Nullable String keep(
      long seq, String kind, byte[] payload, byte @Nullable [] blob, boolean checked) {
    String text = new String(payload, StandardCharsets.UTF_8);
    try {
      StoreRecord record = codec.decode(docId, seq, kind, payload, blob);
      meta = StreamRules.withinReplacement(docId, meta, record);
    } catch (CorruptDataException | RecordRejectedException e) {
      return "record %d: %s".formatted(seq, e.getMessage());
    }
    if (kind.equals(Row.META)) {
      metaText = text;
      metaChecked = checked;
    }
    long checksum = checked ? new Checksum(docId).ofRecord(seq, kind, payload, blob) : 0;
    statements.insert(adapter, docId, new Row(seq, kind, text, blob, checksum));
    if (!checked) {
      adapter.exec(
          "UPDATE %s SET crc32c = NULL WHERE doc_id = ? AND seq = ?"
              .formatted(TableNames.quote(codec.tables().recordsName())),
          p -> {
            p.text(1, docId);
            p.integer(2, seq);
          });
      keptUnverified++;
    }
    next = seq + 1;
    kept++;
    return null;
  }

  @Override
  public void end() {
    String text = metaText;
    if (text == null) {
      statements.deleteRecords(adapter, docId);
      beyond += kept;
      kept = 0;
    } else {
      writeIndex(text);
      records += kept;
      unverified += keptUnverified;
    }
    beyondAll += beyond;
    SalvagedDocument document = document();
    states.merge(document.state(), 1L, Long::sum);
    if (document.state() != State.WHOLE) {
      told.accept(document);
    }
  }

  private SalvagedDocument document() {
    if (kept == 0) {
      String problem = cut == null ? "only its name was found" : cut;
      return new SalvagedDocument(docId, State.LOST, 0, problem, beyond);
    }
    if (cut != null) {
      return new SalvagedDocument(docId, State.CUT, kept, cut, beyond);
    }
    boolean ends = !lost.touches(new RowKey(id, next), new RowKey(id, Long.MAX_VALUE));
    return ends
        ? new SalvagedDocument(docId, State.WHOLE, kept, null, 0)
        : new SalvagedDocument(
            docId, State.END_UNKNOWN, kept, "records from %d on may be missing".formatted(next), 0);
  }

  /** The index says what the last metadata of the stream does, and is as trustworthy. */
  private void writeIndex(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    statements.upsert(
        adapter, docId, new org.kyneta.sql.MetaRow(text, new Checksum(docId).ofMeta(bytes)));
    if (!metaChecked) {
      adapter.exec(
          "UPDATE %s SET crc32c = NULL WHERE doc_id = ?"
              .formatted(TableNames.quote(codec.tables().metaIn(codec.format()))),
          p -> p.text(1, docId));
    }
  }
}
