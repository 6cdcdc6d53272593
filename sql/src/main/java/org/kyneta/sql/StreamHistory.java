package org.kyneta.sql;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Finding.Severity;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StreamRules;

/** The contract's rules for a stream that is there already, record by record. */
final class StreamHistory {

  private long next;
  private boolean damaged;
  private @Nullable StoreMeta meta;

  /** A rule that is broken. */
  record Problem(Severity severity, String text) {}

  /**
   * Takes the next record.
   *
   * @param verified whether the row carries our checksum, before which there is no gap
   * @return what is wrong with it
   */
  List<Problem> add(String docId, long seq, StoreRecord record, boolean verified) {
    List<Problem> problems = new ArrayList<>(0);
    if (seq < 0) {
      problems.add(new Problem(Severity.ERROR, "expected a seq of at least 0, found " + seq));
    } else if (seq > next) {
      problems.add(
          new Problem(
              verified ? Severity.ERROR : Severity.NOTE,
              "expected seq %d before it, found none".formatted(next)));
    }
    if (next == 0 && !damaged && record instanceof StoreRecord.Entry) {
      problems.add(new Problem(Severity.NOTE, "the stream begins with an entry"));
    }
    next = Math.max(next, seq + 1);
    try {
      meta = StreamRules.withinReplacement(docId, meta, record);
    } catch (RecordRejectedException e) {
      problems.add(
          new Problem(
              Severity.ERROR,
              "%s: expected %s, found %s".formatted(e.field(), e.expected(), e.found())));
      meta = ((StoreRecord.Meta) record).meta();
    }
    return problems;
  }

  /** Returns whether a record of this number has all others before it. */
  boolean isNext(long seq) {
    return seq == next;
  }

  /** Returns whether every record so far could be read. */
  boolean isWhole() {
    return !damaged;
  }

  /** Takes note of a record that cannot be read. */
  void skip(long seq) {
    next = Math.max(next, seq + 1);
    damaged = true;
  }

  /** Returns what is wrong with the index, given what it holds, or null if that is unreadable. */
  List<Problem> finish(@Nullable StoreMeta index) {
    StoreMeta last = meta;
    if (last == null) {
      return damaged
          ? List.of()
          : List.of(new Problem(Severity.ERROR, "expected metadata in the stream, found none"));
    }
    if (index == null || damaged || last.equals(index)) {
      return List.of();
    }
    return List.of(
        new Problem(
            Severity.ERROR,
            "expected the metadata of the stream's last record of metadata, found other"));
  }
}
