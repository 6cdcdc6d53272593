package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.store.CorruptDataException;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;

/** What a store makes of rows that somebody else has changed while it was open. */
class DamagedRowsTest {

  private static final StoreMeta OTHER_OF_SAME_LENGTH =
      StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "00ac");

  @TempDir Path directory;
  private Path file;
  private SqliteStore store;

  @BeforeEach
  void open() {
    file = directory.resolve("store.db");
    store = SqliteStore.open(file);
    for (String docId : new String[] {"a", "b"}) {
      store.append(docId, StoreRecord.meta(Databases.META));
      store.append(docId, Databases.entry(1));
    }
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void run(String sql) throws SQLException {
    Databases.run(file, sql);
  }

  @Test
  void metadataOfOneDocumentIsNotTakenForAnothers() {
    store.append("b", StoreRecord.meta(OTHER_OF_SAME_LENGTH));

    for (int i = 0; i < 3; i++) {
      assertThat(store.currentMeta("a")).contains(Databases.META);
      assertThat(store.currentMeta("b")).contains(OTHER_OF_SAME_LENGTH);
    }
  }

  @Test
  void behindNegativeNumbersNothingIsAppendedThatNobodyWouldFind() throws SQLException {
    run("UPDATE kyneta_records SET seq = seq - 9, crc32c = NULL WHERE doc_id = 'b'");

    for (StoreRecord record : Databases.stream(1)) {
      assertThatExceptionOfType(CorruptDataException.class)
          .isThrownBy(() -> store.append("b", record))
          .withMessageContainingAll("\"b\"", "expected a last seq of at least 0, found -8");
    }
    store.replace("b", Databases.stream(1));
    assertThat(Databases.load(store, "b")).isEqualTo(Databases.stream(1));
  }

  @Test
  void metadataThatWasJustReadElsewhereIsStillCheckedAgainstItsChecksum() throws SQLException {
    run("UPDATE kyneta_meta SET crc32c = crc32c + 1 WHERE doc_id = 'b'");

    assertThat(store.currentMeta("a")).isPresent();

    assertThatExceptionOfType(CorruptDataException.class)
        .isThrownBy(() -> store.currentMeta("b"))
        .withMessageContainingAll("\"b\"", "checksum");
  }

  @Test
  void aChecksumOfZeroIsOneAndNullIsNone() throws SQLException {
    run("UPDATE kyneta_meta SET crc32c = 0 WHERE doc_id = 'a'");
    run("UPDATE kyneta_meta SET crc32c = NULL WHERE doc_id = 'b'");

    assertThatExceptionOfType(CorruptDataException.class)
        .isThrownBy(() -> store.currentMeta("a"))
        .withMessageContaining("checksum: expected 00000000");
    assertThat(store.currentMeta("b")).contains(Databases.META);
  }

  @Test
  void aKindThatNobodyKnowsIsNamed() throws SQLException {
    run("UPDATE kyneta_records SET kind = 'entries', crc32c = NULL WHERE doc_id = 'a' AND seq = 1");

    try (RecordCursor cursor = store.loadAll("a")) {
      cursor.next();
      assertThatExceptionOfType(CorruptDataException.class)
          .isThrownBy(cursor::next)
          .withMessageContaining("kind: expected meta or entry, found \"entries\"");
    }
  }

  @Test
  void aKindThatWasChangedDoesNotMatchTheChecksum() throws SQLException {
    run("UPDATE kyneta_records SET kind = 'meta' WHERE doc_id = 'a' AND seq = 1");

    try (RecordCursor cursor = store.loadAll("a")) {
      cursor.next();
      assertThatExceptionOfType(CorruptDataException.class)
          .isThrownBy(cursor::next)
          .withMessageContaining("checksum");
    }
  }

  @Test
  void anEntryIsNotAppendedToRecordsThatHaveLostTheirMetadata() throws SQLException {
    run("DELETE FROM kyneta_meta WHERE doc_id = 'a'");

    assertThatExceptionOfType(CorruptDataException.class)
        .isThrownBy(() -> store.append("a", Databases.entry(2)))
        .withMessageContainingAll("\"a\"", "found some up to seq 1");
    assertThat(Databases.query(file, "SELECT count(*) FROM kyneta_records WHERE doc_id = 'a'"))
        .containsExactly("2");
  }

  @Test
  void anEntryIsNotAppendedToADocumentThatIsNotThere() {
    assertThatExceptionOfType(RecordRejectedException.class)
        .isThrownBy(() -> store.append("c", Databases.entry(1)));
    assertThat(store.currentMeta("c")).isEmpty();
  }

  @Test
  void metadataThatHasLostItsRecordsIsFollowedBySeqZero() throws SQLException {
    run("DELETE FROM kyneta_records WHERE doc_id = 'a'");

    store.append("a", Databases.entry(7));

    try (RecordCursor cursor = store.loadAll("a")) {
      assertThat(cursor.next()).isEqualTo(Databases.entry(7));
      assertThat(cursor.seq()).isZero();
    }
  }
}
