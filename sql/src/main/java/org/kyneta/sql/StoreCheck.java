package org.kyneta.sql;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Finding.Severity;
import org.kyneta.store.CorruptDataException;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;

/**
 * The check of a store's rows, as a back end reads them: checksums, text and JSON, the contract's
 * rules for streams, and the metadata index beside them. It keeps no more than what it must know of
 * the document that is being read, and is not safe for use by several threads.
 */
public final class StoreCheck {

  private static final int PROGRESS_STEP = 1_000;

  private final RowCodec codec;
  private final String metaTable;
  private final String recordsTable;
  private final Consumer<Finding> findings;
  private final Progress progress;
  private long expected = -1;
  private long documents;
  private long records;
  private long unverifiedRecords;
  private long unverifiedMetadata;
  private long errors;
  private long notes;

  /**
   * Begins a check.
   *
   * @param codec reads the rows
   * @param findings is given what is found
   * @param progress is told how many records were checked
   */
  public StoreCheck(RowCodec codec, Consumer<Finding> findings, Progress progress) {
    this.codec = codec;
    this.metaTable = codec.tables().metaIn(codec.format());
    this.recordsTable = codec.tables().recordsName();
    this.findings = findings;
    this.progress = progress;
  }

  /** Takes note of how many records there are, which only the progress needs. */
  public void expectRecords(long total) {
    expected = total;
  }

  /** Begins with the stream of the next document, given the bytes of its id. */
  public Stream stream(byte[] docId) {
    return new Stream(docId);
  }

  /**
   * Checks a row of the metadata index beside which there are no records.
   *
   * @param docId the bytes of the id
   * @param data the column's bytes, or null
   * @param checksum the row's checksum, or null
   */
  public void indexAlone(byte[] docId, byte @Nullable [] data, @Nullable Long checksum) {
    String id = new String(docId, StandardCharsets.UTF_8);
    report(Severity.ERROR, metaTable, id, null, "expected records beside the metadata, found none");
    readIndex(id, data, checksum);
  }

  /**
   * Passes on something that was found otherwise, and counts it.
   *
   * @param severity how bad it is
   * @param table the table, or {@code database}
   * @param docId the document, or null
   * @param seq the record's sequence number, or null
   * @param problem what was expected and what was found
   */
  public void report(
      Severity severity, String table, @Nullable String docId, @Nullable Long seq, String problem) {
    if (severity == Severity.ERROR) {
      errors++;
    } else {
      notes++;
    }
    findings.accept(new Finding(severity, table, docId, seq, problem));
  }

  /** Returns what was gone through so far. */
  public VerificationReport report() {
    progress.at(records, expected);
    return new VerificationReport(
        documents, records, unverifiedRecords, unverifiedMetadata, errors, notes);
  }

  /** Counts and checks a row of the index; returns null if it cannot be read. */
  private @Nullable StoreMeta readIndex(
      String docId, byte @Nullable [] data, @Nullable Long checksum) {
    documents++;
    if (data == null) {
      report(Severity.ERROR, metaTable, docId, null, "data: expected JSON text, found NULL");
      return null;
    }
    if (checksum == null) {
      unverifiedMetadata++;
    } else {
      long computed = new Checksum(docId).ofMeta(data);
      if (computed != checksum) {
        report(Severity.ERROR, metaTable, docId, null, Checksum.mismatch(checksum, computed));
      }
    }
    try {
      return codec.decodeIndex(docId, data);
    } catch (CorruptDataException e) {
      report(Severity.ERROR, metaTable, docId, null, e.problem());
      return null;
    }
  }

  /** The check of one document's stream, row by row. */
  public final class Stream {

    private final byte[] id;
    private final String docId;
    private final Checksum checksums;
    private final StreamHistory history = new StreamHistory();

    private Stream(byte[] id) {
      this.id = id;
      this.docId = new String(id, StandardCharsets.UTF_8);
      this.checksums = new Checksum(docId);
      try {
        Utf8.decode(id);
      } catch (IllegalArgumentException e) {
        report(Severity.ERROR, recordsTable, docId, null, "doc_id: " + e.getMessage());
      }
    }

    /** Returns whether this is the stream of the document with these bytes as its id. */
    public boolean isOf(byte[] otherId) {
      return Arrays.equals(id, otherId);
    }

    /**
     * Checks the next row.
     *
     * @param seq its sequence number
     * @param kind its kind, or null for NULL
     * @param payload the column's bytes, or null for NULL
     * @param blob the column's bytes, or null for NULL
     * @param checksum its checksum, or null for NULL
     * @return whether nothing is wrong with it, and none is missing before it
     */
    public boolean add(
        long seq,
        @Nullable String kind,
        byte @Nullable [] payload,
        byte @Nullable [] blob,
        @Nullable Long checksum) {
      long errorsBefore = errors;
      boolean follows = history.isNext(seq);
      String kindText = String.valueOf(kind);
      if (checksum == null) {
        unverifiedRecords++;
      } else {
        long computed = checksums.ofRecord(seq, kindText, payload, blob);
        if (computed != checksum) {
          error(seq, Checksum.mismatch(checksum, computed));
        }
      }
      try {
        StoreRecord record = codec.decode(docId, seq, kindText, payload, blob);
        for (StreamHistory.Problem problem : history.add(docId, seq, record, checksum != null)) {
          report(problem.severity(), recordsTable, docId, seq, problem.text());
        }
        if (payload != null && kindText.equals(Row.ENTRY)) {
          noteUnknownMembers(seq, payload);
        }
      } catch (CorruptDataException e) {
        history.skip(seq);
        error(seq, e.problem());
      }
      if (++records % PROGRESS_STEP == 0) {
        progress.at(records, expected);
      }
      return follows && errors == errorsBefore;
    }

    private void noteUnknownMembers(long seq, byte[] payload) {
      List<String> unknown = codec.unknownMembers(payload);
      if (!unknown.isEmpty()) {
        report(
            Severity.NOTE,
            recordsTable,
            docId,
            seq,
            "members that a copy does not carry: " + unknown);
      }
    }

    /**
     * Reports that a row's columns are not of the types that they should be.
     *
     * @param seq its sequence number
     * @param found the types of the id, the number, kind, payload and blob
     */
    public void wrongTypes(long seq, String found) {
      error(seq, "expected the types text, integer, text, text, blob or null, found " + found);
    }

    private void error(long seq, String problem) {
      report(Severity.ERROR, recordsTable, docId, seq, problem);
    }

    /**
     * Ends the stream of a document that is in the metadata index.
     *
     * @param data the column's bytes, or null
     * @param checksum the row's checksum, or null
     * @return whether nothing is wrong with the row of the index
     */
    public boolean finish(byte @Nullable [] data, @Nullable Long checksum) {
      long errorsBefore = errors;
      StoreMeta index = readIndex(docId, data, checksum);
      for (StreamHistory.Problem problem : history.finish(index)) {
        report(problem.severity(), metaTable, docId, null, problem.text());
      }
      return index != null && history.isWhole() && errors == errorsBefore;
    }

    /** Ends the stream of a document that is not in the metadata index. */
    public void finishWithoutIndex() {
      report(
          Severity.ERROR,
          recordsTable,
          docId,
          null,
          "expected metadata beside the records, found none");
    }
  }
}
