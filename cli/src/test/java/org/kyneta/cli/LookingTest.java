package org.kyneta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.cli.Tool.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.cli.Tool.Run;
import org.kyneta.sql.Json;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.Payload;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;

/** The commands that only look, beside which nothing changes. */
class LookingTest {

  private static final List<List<String>> COMMANDS =
      List.of(
          List.of("ls"),
          List.of("ls", "--json"),
          List.of("cat", "a"),
          List.of("cat", "a", "--json"),
          List.of("stat"),
          List.of("stat", "--json"),
          List.of("verify"),
          List.of("verify", "--json"),
          List.of("dump"),
          List.of("replay", "a"));

  @TempDir private Path directory;

  /** Fills a store with several documents, one longer than what is read at once. */
  private Path store() {
    Path file = directory.resolve("store.db");
    try (SqliteStore store = SqliteStore.open(file)) {
      fill(store);
    }
    return file;
  }

  private static void fill(SqliteStore store) {
    StoreMeta meta = StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "");
    for (String id : new String[] {"a", "b", "c"}) {
      store.append(id, StoreRecord.meta(meta));
      store.appendAll(
          id,
          Stream.generate(
                  () -> StoreRecord.entry(Payload.binary(Payload.Kind.SINCE, new byte[50]), "v"))
              .limit(2_000)
              .toList());
    }
  }

  private Map<String, String> contents() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        contents.put(name, HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
    }
    return contents;
  }

  private static Run look(List<String> command, Path store) {
    Object[] words = new Object[command.size() + 1];
    words[0] = command.getFirst();
    words[1] = store;
    for (int i = 1; i < command.size(); i++) {
      words[i + 1] = command.get(i);
    }
    return run(words).done();
  }

  @ParameterizedTest
  @ValueSource(strings = {"wal", "delete"})
  void lookingChangesNothing(String mode) throws IOException, SQLException {
    Path store = store();
    Rows.run(store, "PRAGMA journal_mode = " + mode);
    Map<String, String> before = contents();
    for (List<String> command : COMMANDS) {
      assertThat(look(command, store).bytes()).as(command.toString()).isNotEmpty();
      assertThat(contents()).as(command.toString()).isEqualTo(before);
    }
    Path other = Files.createDirectory(directory.resolve("other"));
    run("backup", store, other.resolve("backup.db")).done();
    run("copy", store, other.resolve("copy.db")).done();
    for (String name : new String[] {"backup.db", "copy.db", "copy.db.kyneta-lock"}) {
      Files.delete(other.resolve(name));
    }
    Files.delete(other);
    assertThat(contents()).isEqualTo(before);
    assertThat(Rows.query(store, "PRAGMA journal_mode")).containsExactly(mode);
  }

  @Test
  void lookingBesideAWriterSeesWhatItWroteAndDisturbsNothing() throws IOException {
    Path file = directory.resolve("store.db");
    try (SqliteStore writer = SqliteStore.open(file)) {
      fill(writer);
      for (List<String> command : COMMANDS) {
        assertThat(look(command, file).bytes()).as(command.toString()).isNotEmpty();
        writer.append("a", StoreRecord.entry(Payload.binary(Payload.Kind.SINCE, new byte[1]), ""));
      }
      assertThat(look(List.of("cat", "a"), file).lines()).hasSize(2_001 + COMMANDS.size());
    }
  }

  @Test
  void outputForProgramsIsJson() {
    Path store = store();
    for (List<String> command : COMMANDS) {
      if (command.contains("--json") || command.contains("dump")) {
        List<String> lines = look(command, store).lines();
        assertThat(lines).isNotEmpty();
        lines.forEach(Json::parseObject);
      }
    }
    assertThat(look(List.of("ls", "--json"), store).lines())
        .containsExactly("{\"docId\":\"a\"}", "{\"docId\":\"b\"}", "{\"docId\":\"c\"}");
    assertThat(look(List.of("cat", "a", "--json"), store).lines().get(1))
        .isEqualTo(
            "{\"seq\":1,\"kind\":\"entry\",\"payload\":{\"kind\":\"since\",\"encoding\":\"binary\","
                + "\"data\":{\"hex\":\""
                + "00".repeat(50)
                + "\"}},\"version\":\"v\"}");
    assertThat(look(List.of("cat", "a", "--json", "--from", "1999"), store).lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("{\"seq\":1999,") || line.startsWith("{\"seq\":2000,"));
  }

  @Test
  void statisticsCountWhatIsThere() {
    Path store = store();
    Run json = look(List.of("stat", "--json"), store);
    assertThat(json.number("documents")).isEqualTo(3);
    assertThat(json.number("records")).isEqualTo(6_003);
    assertThat(json.number("blobBytes")).isEqualTo(300_000);
    assertThat(json.number("unverifiedRecords")).isZero();
    assertThat(json.number("format")).isEqualTo(1);
    assertThat(look(List.of("stat", "--largest", "1"), store).out())
        .contains("documents    3\n", "records      6,003\n", "kyneta_meta, kyneta_records", "wal")
        .contains("2,001 records")
        .doesNotContain("\"b\"");
  }

  @Test
  void aPrefixIsCompared() throws SQLException {
    Path store = store();
    assertThat(look(List.of("ls", "--prefix", "b"), store).lines()).containsExactly("\"b\"");
    assertThat(look(List.of("ls", "--prefix", "B"), store).out()).isEmpty();
    assertThat(look(List.of("ls", "--prefix", "%"), store).out()).isEmpty();
  }
}
