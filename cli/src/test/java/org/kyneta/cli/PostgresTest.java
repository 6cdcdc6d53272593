package org.kyneta.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.cli.Tool.run;
import static org.kyneta.cli.Tool.runWith;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kyneta.cli.Tool.Run;
import org.kyneta.postgres.PostgresLease;
import org.kyneta.sql.TableNames;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;
import org.kyneta.testservers.Collation;
import org.kyneta.testservers.PostgresServer;
import org.postgresql.ds.PGSimpleDataSource;

/** Every command on a database in the place of a file. */
class PostgresTest {

  private static final AtomicInteger NUMBER = new AtomicInteger();

  @TempDir private Path directory;
  private Path file;
  private String jdbc;
  private String store;

  @BeforeEach
  void makeStores() throws SQLException {
    String name = "cli_" + NUMBER.incrementAndGet();
    jdbc = PostgresServer.shared().createDatabase(name, Collation.EN_US);
    store = address(PostgresServer.shared().port(), name);
    file = directory.resolve("a.db");
    StoreMeta meta = StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "00aa");
    try (SqliteStore opened = SqliteStore.open(file)) {
      for (String id : List.of("b", "B", "ä")) {
        List<StoreRecord> records = new ArrayList<>(List.of(StoreRecord.meta(meta)));
        for (int i = 1; i <= 3_000; i++) {
          records.add(
              StoreRecord.entry(Payload.binary(Kind.SINCE, (id + i).getBytes(UTF_8)), "" + i));
        }
        opened.appendAll(id, records);
      }
    }
  }

  private static String address(int port, String database) {
    return "postgresql://postgres@127.0.0.1:%d/%s".formatted(port, database);
  }

  private List<String> query(String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(jdbc);
        Statement statement = connection.createStatement()) {
      if (statement.execute(sql)) {
        ResultSet found = statement.getResultSet();
        while (found.next()) {
          rows.add(found.getString(1));
        }
      }
    }
    return rows;
  }

  @Test
  void aCopyThereAndBackHasTheDigestOfTheBeginning() {
    Run there = run("copy", file, store, "--json").done();
    assertThat(there.number("documents")).isEqualTo(3);
    assertThat(there.number("records")).isEqualTo(9_003);
    assertThat(there.number("format")).isEqualTo(1);
    Path back = directory.resolve("back.db");
    Run home = run("copy", store, back, "--format", 2, "--json").done();
    assertThat(home.text("sha256")).isEqualTo(there.text("sha256"));
    assertThat(run("copy", file, directory.resolve("c.db"), "--json").done().text("sha256"))
        .isEqualTo(there.text("sha256"));
    assertThat(run("copy", file, store).failure()).contains("exists already", "nothing was copied");
    run("copy", file, store, "--replace").done();
    assertThat(run("copy", store, store + "?sslmode=disable").misuse()).contains("one twice");
    Run other = run("copy", store, store, "--dst-tables", "meta=m,records=r", "--json").done();
    assertThat(other.text("sha256")).isEqualTo(there.text("sha256"));
  }

  @Test
  void lookingShowsWhatIsThere() {
    run("copy", file, store, "--format", 2).done();
    assertThat(run("ls", store).done().lines()).containsExactly("\"B\"", "\"b\"", "\"ä\"");
    assertThat(run("ls", store, "--prefix", "b").done().lines()).containsExactly("\"b\"");
    assertThat(run("cat", store, "b", "--json").done().out())
        .isEqualTo(
            run("cat", file, "b", "--json").done().out().replace("syncProtocol", "syncMode"));
    assertThat(streams(store)).isEqualTo(streams(file).replace("syncProtocol", "syncMode"));
    assertThat(run("replay", store, "ä").done().bytes())
        .isEqualTo(run("replay", file, "ä").done().bytes());
    assertThat(run("cat", store, "none").failure()).contains("no document \"none\"");
    assertThat(run("stat", store).done().out())
        .startsWith(store)
        .contains("PostgreSQL", "with their indexes", "0 records, 3 rows of the metadata index");
    assertThat(run("stat", store, "--json").done().json().members().keySet())
        .contains("serverVersion", "databaseBytes")
        .doesNotContain("sqliteVersion", "journalMode", "fileBytes", "walBytes");
    assertThat(run("stat", file, "--json").done().json().members().keySet())
        .contains("sqliteVersion", "journalMode", "fileBytes", "walBytes");
  }

  /** Returns a dump without the metadata index, in which JSONB has an order of its own. */
  private static String streams(Object store) {
    return run("dump", store)
        .done()
        .out()
        .replaceAll("\"currentMeta\":.*?,\"records\"", "\"records\"");
  }

  @Test
  void damageIsNamedAndPlaced() throws SQLException {
    run("copy", file, store).done();
    Run sound = run("verify", store).done();
    assertThat(sound.out()).contains("sound: 3 documents, 9,003 records");
    query("UPDATE kyneta_records SET blob = '\\x00' WHERE doc_id = 'b' AND seq = 7");
    Run run = run("verify", store, "--json");
    assertThat(run.code()).isEqualTo(Kyneta.FAILED);
    assertThat(run.lines()).hasSize(2);
    assertThat(run.lines().getFirst()).contains("\"docId\":\"b\",\"seq\":7", "checksum");
    assertThat(run("copy", store, directory.resolve("x.db")).failure()).contains("checksum");
  }

  @Test
  void whatWritesCreatesTheTablesAndWhatLooksDoesNot() throws SQLException {
    for (String command : List.of("ls", "stat", "verify", "dump", "compact")) {
      assertThat(run(command, store).failure())
          .startsWith("kyneta: " + store + ": not-a-store: expected the table kyneta_meta")
          .contains("load, record, copy and serve create");
    }
    assertThat(query("SELECT relname FROM pg_class WHERE relname LIKE 'kyneta%'")).isEmpty();
    byte[] lines = run("dump", file).done().bytes();
    Run loaded = runWith(lines, "load", store, "--format", 2, "--json").done();
    assertThat(loaded.number("documents")).isEqualTo(3);
    assertThat(loaded.number("format")).isEqualTo(2);
    assertThat(runWith(lines, "load", store).failure()).contains("line 1", "exists already");
    byte[] log = {0, 0, 0, 1, 7};
    Run recorded = runWith(log, "record", store, "new", "--updates", "-", "--json").done();
    assertThat(recorded.number("updates")).isEqualTo(1);
    assertThat(run("replay", store, "new").done().bytes()).isEqualTo(log);
    assertThat(run("load", store, "--format", 1).failure()).contains("other-format");
  }

  @Test
  void tablesThatAreThereNeedNoRightToCreateSome() throws SQLException {
    run("copy", file, store).done();
    query(
        "CREATE ROLE \"writer%d\" LOGIN; GRANT ALL ON kyneta_meta, kyneta_records TO \"writer%d\""
                .replace("%d", "" + NUMBER.get())
            + "; REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    String restricted = store.replace("postgres@", "writer" + NUMBER.get() + "@");
    runWith(new byte[] {0, 0, 0, 1, 7}, "record", restricted, "new", "--updates", "-").done();
  }

  @Test
  void whatCannotBeCompactedIsNamed() {
    run("copy", file, store).done();
    Run run = run("compact", store, "b");
    assertThat(run.out()).contains("left as it is: document \"b\"");
  }

  @Test
  void whatIsAboutFilesSaysWhatToDoInstead() {
    assertThat(run("convert", store, "--format", 2).failure())
        .contains(store, "expected an SQLite file", "kyneta copy");
    assertThat(run("backup", store, directory.resolve("b.db")).failure())
        .contains(store, "expected an SQLite file", "pg_dump");
    assertThat(run("serve", "--store", store, "--durability", "full").misuse())
        .contains("--durability", "synchronous_commit");
  }

  @Test
  void whatCannotBeReachedIsSaidInOneLine() throws IOException {
    assertThat(run("ls", store + "_none").failure()).contains("cli_", "does not exist");
    assertThat(run("load", store + "_none").failure()).contains("does not exist");
    String closed = address(1, "x");
    assertThat(run("stat", closed).failure()).startsWith("kyneta: " + closed).contains("refused");
  }

  @ParameterizedTest
  @CsvSource({
    "postgresql://u:c4nary@127.0.0.1/db, without a password",
    "postgres://u:c4nary@127.0.0.1/db, without a password",
    "postgresql://127.0.0.1/db?user=u&password=c4nary, without a password",
    "postgresql://127.0.0.1/db?sslpassword=c4nary, without a password",
    "postgresql://127.0.0.1/db?pass%77ord=c4nary, without a password",
    "postgresql://u:c4nary@/db, expected an address",
    "postgresql://u:c4nary@127.0.0.1:x/db, expected an address",
    "postgresql://u:c4 nary@127.0.0.1/db, expected an address",
    "postgresql:u:c4nary@127.0.0.1/db, expected an address",
    "postgresql:/u:c4nary@127.0.0.1/db, expected an address",
    "jdbc:postgresql://127.0.0.1/db?password=c4nary, expected an address",
    "postgresql://127.0.0.1/?user=u, without a database",
    "postgresql://127.0.0.1/db?nonsense=1, does not know",
    "postgresql://127.0.0.1/db#x, %23",
  })
  void addressesThatAreWrongAreRefusedAndNotRepeated(String address, String expected) {
    for (String[] words :
        List.of(
            new String[] {"ls", address},
            new String[] {"copy", file.toString(), address},
            new String[] {"serve", "--store", address})) {
      assertThat(run((Object[]) words).misuse()).contains(expected).doesNotContain("c4", "nary");
    }
    assertThat(run("lss", address).misuse()).doesNotContain("c4nary");
    assertThat(run("ls", file, address, "--verbose").misuse()).doesNotContain("c4nary");
  }

  @Test
  void whoeverWritesIsRefusedWhileAnotherHasTheLease() {
    run("copy", file, store).done();
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(jdbc);
    byte[] log = {0, 0, 0, 1, 7};
    try (PostgresLease lease = PostgresLease.take(source, TableNames.DEFAULT, "kyneta serve")) {
      for (Run run :
          List.of(
              runWith(log, "record", store, "new", "--updates", "-"),
              run("load", store),
              run("copy", file, store, "--replace"),
              run("compact", store),
              run("serve", "--port", "0", "--store", store))) {
        assertThat(run.failure())
            .startsWith("kyneta: " + store)
            .contains("public.kyneta_records: expected to be its only user, found another: ")
            .contains("kyneta serve, process " + ProcessHandle.current().pid());
      }
      assertThat(run("ls", store).done().lines()).hasSize(3);
      lease.requireHeld();
    }
    runWith(log, "record", store, "new", "--updates", "-").done();
  }
}
