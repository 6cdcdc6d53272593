package org.kyneta.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.JsonValue.JsonLiteral;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;
import org.kyneta.store.Payload;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StoreRecord;

class PeerTest {

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = directory.resolve("peer.db");
  }

  private static JsonObject answer(Command command) {
    return Peer.answer(command.toString(), "3.0.0");
  }

  private static Outcome done(Command command) {
    return Outcome.fromAnswer(answer(command));
  }

  private List<StoreRecord> stream(String docId) {
    try (SqliteStore store = SqliteStore.open(file);
        RecordCursor cursor = store.loadAll(docId)) {
      return cursor.stream().toList();
    }
  }

  private void fill(int docs, int records, int bytes) {
    Command command = Command.of("fill", file).with("docs", docs);
    done(command.with("records", records).with("bytes", bytes));
  }

  @Test
  void appendWritesTheEntriesThatEveryPeerWrites() {
    Command command = Command.of("append", file).with("docs", 3).with("records", 50);

    Outcome outcome = done(command.with("bytes", 5).with("sync", "full"));

    assertThat(outcome.operations()).isEqualTo(150);
    assertThat(outcome.bytes()).isEqualTo(750);
    assertThat(outcome.nanoseconds()).isPositive();
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
        done(Command.of("append", file).with("docs", 1).with("trace", trace.toString()));

    assertThat(outcome).extracting(Outcome::operations, Outcome::bytes).containsExactly(2L, 3L);
    assertThat(stream("doc-000000"))
        .containsExactly(
            Workloads.META,
            StoreRecord.entry(Payload.binary(Payload.Kind.SINCE, new byte[] {7}), "0"),
            StoreRecord.entry(Payload.binary(Payload.Kind.SINCE, new byte[] {8, 9}), "1"));
  }

  @Test
  void loadCountsRecordsAndBytesOfTheFirstDocuments() {
    fill(4, 40, 120);

    Outcome outcome = done(Command.of("load", file).with("docs", 3).with("times", 2));

    assertThat(outcome.operations()).isEqualTo(2 * 3 * 41);
    assertThat(outcome.bytes()).isEqualTo(2 * 3 * 40 * 120);
  }

  @Test
  void metaCountsDocuments() {
    fill(4, 0, 0);

    Outcome outcome = done(Command.of("meta", file).with("docs", 4).with("times", 3));

    assertThat(outcome.operations()).isEqualTo(12);
  }

  @Test
  void metaOfADocumentThatIsNotThereFails() {
    fill(4, 0, 0);

    JsonObject answer = answer(Command.of("meta", file).with("docs", 5).with("times", 1));

    assertThat(answer.members())
        .containsEntry("ok", JsonLiteral.FALSE)
        .containsEntry("error", new JsonString("expected metadata of doc-000004, found none"));
  }

  @Test
  void replacePutsAsManyRecordsAsAskedForIntoEachStream() {
    fill(2, 7, 120);
    Command command = Command.of("replace", file).with("docs", 2).with("times", 1);

    Outcome outcome = done(command.with("records", 5).with("bytes", 10));

    assertThat(outcome.operations()).isEqualTo(2);
    assertThat(outcome.bytes()).isEqualTo(2 * 4 * 10);
    assertThat(stream("doc-000001")).hasSize(5);
  }

  @Test
  void listCountsTheIdsWithThePrefix() {
    fill(30, 0, 0);

    Outcome outcome = done(Command.of("list", file).with("prefix", "doc-00001").with("times", 4));

    assertThat(outcome.operations()).isEqualTo(40);
  }

  @Test
  void aRoundOnAFileThatIsNotThereFailsAndMakesNone() {
    JsonObject answer = answer(Command.of("load", file).with("docs", 1).with("times", 1));

    assertThat(answer.members()).containsEntry("ok", JsonLiteral.FALSE);
    assertThat(file).doesNotExist();
  }

  @Test
  void aLineThatIsNoCommandIsAnsweredWithAFailure() {
    assertThat(Peer.answer("no JSON", "").members()).containsEntry("ok", JsonLiteral.FALSE);
    assertThat(answer(Command.of("juggle", file)).members())
        .containsEntry("ok", JsonLiteral.FALSE)
        .containsEntry(
            "error",
            new JsonString(
                "expected one of fill, append, load, meta, replace, list, found juggle"));
    assertThat(answer(Command.of("list", file)).members()).containsEntry("ok", JsonLiteral.FALSE);
  }
}
