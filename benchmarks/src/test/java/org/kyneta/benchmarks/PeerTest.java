package org.kyneta.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.JsonValue.JsonLiteral;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;
import org.kyneta.store.Payload;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreRecord;

class PeerTest {

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = directory.resolve("peer.db");
  }

  private static SqliteAccess access(String peer) {
    return SqliteAccess.of(peer, SqliteAccess.SYSTEM);
  }

  private static JsonObject answer(Command command) {
    return Peer.answer(command.toString(), access(Peers.JDBC));
  }

  private static Outcome done(Command command) {
    return done(command, Peers.JDBC);
  }

  private static Outcome done(Command command, String peer) {
    return Outcome.fromAnswer(Peer.answer(command.toString(), access(peer)));
  }

  private List<StoreRecord> stream(String docId) {
    try (SqliteStore store = SqliteStore.open(file);
        RecordCursor cursor = store.loadAll(docId)) {
      return cursor.stream().toList();
    }
  }

  private void fill(int docs, int records, int bytes) {
    Command command = Command.of("fill", file.toString()).with("docs", docs);
    done(command.with("records", records).with("bytes", bytes));
  }

  @Test
  void appendWritesTheEntriesThatEveryPeerWrites() {
    Command command = Command.of("append", file.toString()).with("docs", 3).with("records", 50);

    Outcome outcome = done(command.with("bytes", 5).with("sync", "full"));

    assertThat(outcome.operations()).isEqualTo(150);
    assertThat(outcome.bytes()).isEqualTo(750);
    assertThat(outcome.nanoseconds()).isPositive();
    assertThat(outcome.p50()).isPositive();
    assertThat(outcome.p99()).isBetween(outcome.p50(), outcome.nanoseconds() / 1e3);
    assertThat(outcome.allocated()).isPositive();
    assertThat(stream("doc-000002"))
        .hasSize(51)
        .startsWith(Workloads.META)
        .endsWith(
            StoreRecord.entry(
                // 49 * 31 = 1519, of which the low byte is 239.
                Payload.binary(
                    Payload.Kind.SINCE,
                    new byte[] {(byte) 239, (byte) 240, (byte) 241, (byte) 242, (byte) 243}),
                "49"));
    assertThat(directory).isDirectoryNotContaining("glob:**warm-up*");
  }

  @Test
  void appendOfASessionWritesItsUpdatesInOrder() throws Exception {
    Path trace = directory.resolve("session.updates");
    Files.write(trace, new byte[] {0, 0, 0, 1, 7, 0, 0, 0, 2, 8, 9});

    Outcome outcome =
        done(Command.of("append", file.toString()).with("docs", 1).with("trace", trace.toString()));

    assertThat(outcome).extracting(Outcome::operations, Outcome::bytes).containsExactly(2L, 3L);
    assertThat(stream("doc-000000"))
        .containsExactly(
            Workloads.META,
            StoreRecord.entry(Payload.binary(Payload.Kind.SINCE, new byte[] {7}), "0"),
            StoreRecord.entry(Payload.binary(Payload.Kind.SINCE, new byte[] {8, 9}), "1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"platform", "virtual"})
  void everyThreadAppendsToDocumentsOfItsOwn(String kind) {
    Command command = Command.of("append", file.toString()).with("docs", 7).with("records", 30);

    Outcome outcome = done(command.with("bytes", 5).with("threads", 3).with("threadKind", kind));

    assertThat(outcome)
        .extracting(Outcome::operations, Outcome::bytes)
        .containsExactly(7L * 30, 7L * 30 * 5);
    assertThat(outcome.p50()).isPositive();
    for (int doc = 0; doc < 7; doc++) {
      assertThat(stream(Workloads.documentId(doc)))
          .hasSize(31)
          .endsWith(Payloads.pattern(5).entry(29));
    }
  }

  @Test
  void moreThreadsThanDocumentsAreRefused() {
    Command command = Command.of("append", file.toString()).with("docs", 2).with("records", 1);

    assertThat(answer(command.with("bytes", 5).with("threads", 3)).members())
        .containsEntry("error", new JsonString("expected 1 to 2 threads, found 3"));
  }

  @ParameterizedTest
  @ValueSource(strings = {Peers.RAW_JDBC, Peers.RAW_FFM})
  void bareStatementsWriteTheRowsOfTheStore(String peer) throws Exception {
    assumeTrue(isThere(peer), () -> "there is no SQLite library for " + peer);
    Command command = Command.of("append", file.toString()).with("docs", 2).with("records", 3);

    Outcome appended = done(command.with("bytes", 5), peer);

    assertThat(appended).extracting(Outcome::operations, Outcome::bytes).containsExactly(6L, 30L);
    List<String> rows = rows();
    done(command.with("bytes", 5));
    assertThat(rows).hasSize(8).isEqualTo(rows());
    done(command.with("bytes", 5), peer);
    Outcome loaded =
        done(Command.of("load", file.toString()).with("docs", 2).with("times", 2), peer);
    assertThat(loaded).extracting(Outcome::operations, Outcome::bytes).containsExactly(16L, 60L);
  }

  /** All but the checksums, which they do not compute. */
  private List<String> rows() throws SQLException {
    return query(
        "SELECT doc_id || ' ' || seq || ' ' || kind || ' ' || payload || ' ' || hex(blob)"
            + " FROM kyneta_records ORDER BY doc_id, seq");
  }

  private List<String> query(String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }

  private static boolean isThere(String peer) {
    try {
      return !access(peer).version().isEmpty();
    } catch (StorageException e) {
      return false;
    }
  }

  @Test
  void withoutChecksumsTheTablesHaveNoColumnForThem() throws Exception {
    Command command = Command.of("append", file.toString()).with("docs", 1).with("records", 2);

    done(command.with("bytes", 5).with("checksums", "off"));

    assertThat(columns("kyneta_records"))
        .containsExactly("doc_id", "seq", "kind", "payload", "blob");
    assertThat(columns("kyneta_meta")).containsExactly("doc_id", "data");
    assertThat(stream("doc-000000")).hasSize(3);

    done(command.with("bytes", 5));

    assertThat(columns("kyneta_records")).contains("crc32c");
    assertThat(columns("kyneta_meta")).contains("crc32c");
  }

  private List<String> columns(String table) throws SQLException {
    return query("SELECT name FROM pragma_table_info('" + table + "') ORDER BY cid");
  }

  @Test
  void fillTakesAWholeSession() throws Exception {
    Path trace = directory.resolve("session.updates");
    Files.write(trace, new byte[] {0, 0, 0, 1, 7, 0, 0, 0, 2, 8, 9});

    Outcome outcome =
        done(Command.of("fill", file.toString()).with("docs", 2).with("trace", trace.toString()));

    assertThat(outcome).extracting(Outcome::operations, Outcome::bytes).containsExactly(2L, 6L);
    assertThat(stream("doc-000001")).hasSize(3);
  }

  @Test
  void loadCountsRecordsAndBytesOfTheFirstDocuments() {
    fill(4, 40, 120);

    Outcome outcome = done(Command.of("load", file.toString()).with("docs", 3).with("times", 2));

    assertThat(outcome.operations()).isEqualTo(2 * 3 * 41);
    assertThat(outcome.bytes()).isEqualTo(2 * 3 * 40 * 120);
  }

  @Test
  void metaCountsDocuments() {
    fill(4, 0, 0);

    Outcome outcome = done(Command.of("meta", file.toString()).with("docs", 4).with("times", 3));

    assertThat(outcome.operations()).isEqualTo(12);
  }

  @Test
  void metaOfADocumentThatIsNotThereFails() {
    fill(4, 0, 0);

    JsonObject answer =
        answer(Command.of("meta", file.toString()).with("docs", 5).with("times", 1));

    assertThat(answer.members())
        .containsEntry("ok", JsonLiteral.FALSE)
        .containsEntry("error", new JsonString("expected metadata of doc-000004, found none"));
  }

  @Test
  void replacePutsAsManyRecordsAsAskedForIntoEachStream() {
    fill(2, 7, 120);
    Command command = Command.of("replace", file.toString()).with("docs", 2).with("times", 1);

    Outcome outcome = done(command.with("records", 5).with("bytes", 10));

    assertThat(outcome.operations()).isEqualTo(2);
    assertThat(outcome.bytes()).isEqualTo(2 * 4 * 10);
    assertThat(stream("doc-000001")).hasSize(5);
  }

  @Test
  void listCountsTheIdsWithThePrefix() {
    fill(30, 0, 0);

    Outcome outcome =
        done(Command.of("list", file.toString()).with("prefix", "doc-00001").with("times", 4));

    assertThat(outcome.operations()).isEqualTo(40);
  }

  @Test
  void aRoundOnAFileThatIsNotThereFailsAndMakesNone() {
    JsonObject answer =
        answer(Command.of("load", file.toString()).with("docs", 1).with("times", 1));

    assertThat(answer.members()).containsEntry("ok", JsonLiteral.FALSE);
    assertThat(file).doesNotExist();
  }

  @Test
  void aLineThatIsNoCommandIsAnsweredWithAFailure() {
    assertThat(Peer.answer("no JSON", access(Peers.JDBC)).members())
        .containsEntry("ok", JsonLiteral.FALSE);
    assertThat(answer(Command.of("juggle", file.toString())).members())
        .containsEntry("ok", JsonLiteral.FALSE)
        .containsEntry(
            "error",
            new JsonString(
                "expected one of fill, append, load, meta, replace, list, found juggle"));
    assertThat(answer(Command.of("list", file.toString())).members())
        .containsEntry("ok", JsonLiteral.FALSE);
  }
}
