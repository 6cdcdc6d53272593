package org.kyneta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.cli.Tool.Run;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;
import org.kyneta.testservers.Collation;
import org.kyneta.testservers.PostgresServer;

/** Commands that write to a database, to the end or until the lease is lost. */
@Timeout(120)
class PostgresWritingTest {

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final String LINEAGE = "0123456789abcdef";

  @TempDir private Path directory;
  private Path file;
  private String jdbc;
  private String store;

  @BeforeEach
  void makeStores() throws SQLException {
    String name = "cli_writing_" + NUMBER.incrementAndGet();
    jdbc = PostgresServer.shared().createDatabase(name, Collation.C);
    store = "postgresql://postgres@127.0.0.1:%d/%s".formatted(PostgresServer.shared().port(), name);
    file = directory.resolve("grown.db");
    StoreMeta meta = StoreMeta.of(new ReplicaType("plain", 1, 0), SyncMode.AUTHORITATIVE, "02aa");
    try (SqliteStore opened = SqliteStore.open(file)) {
      for (String docId : List.of("a", "b")) {
        opened.append(docId, StoreRecord.meta(meta));
        for (int i = 1; i <= 100; i++) {
          opened.append(docId, batch(i));
        }
      }
    }
    Tool.run("copy", file, store).done();
  }

  private static StoreRecord batch(int number) {
    String text =
        """
        [[{"path":[{"type":"field","field":"n"}],"change":{"type":"replace","value":%d}}]]\
        """
            .formatted(number);
    return StoreRecord.entry(
        Payload.json(Kind.SINCE, text).withLineage(LINEAGE), LINEAGE + ":" + number);
  }

  @Test
  void streamsAreCompacted() {
    Run one = Tool.run("compact", store, "b").done();
    assertThat(one.out()).contains("\"b\": 100 entries became").doesNotContain("\"a\"");
    Run all = Tool.run("compact", store, "--json").done();
    assertThat(all.lines()).hasSize(2);
    assertThat(all.lines().getFirst()).contains("\"docId\":\"a\",\"entriesBefore\":100");
    assertThat(all.lines().getLast()).contains("\"docId\":\"b\"").doesNotContain(":100");
    assertThat(Tool.run("verify", store).done().out()).startsWith("sound: 2 documents");
    assertThat(Tool.run("cat", store, "a").done().out()).contains(LINEAGE + ":100");
  }

  private Run write(String command) {
    byte[] log = {0, 0, 0, 1, 7};
    return switch (command) {
      case "record" -> Tool.runWith(log, "record", store, "new", "--updates", "-");
      case "load" ->
          Tool.runWith(Tool.run("dump", file).done().bytes(), "load", store, "--replace");
      case "copy" -> Tool.run("copy", file, store, "--replace");
      default -> Tool.run(command, store);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"record", "load", "copy", "compact"})
  void whatLosesItsLeaseStopsAndSaysSo(String command) throws SQLException {
    String before = Tool.run("dump", store).done().out();
    try (Connection connection = DriverManager.getConnection(jdbc);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      // Whoever writes waits for this, and the lease has gone when it ends.
      statement.execute("LOCK TABLE kyneta_records IN EXCLUSIVE MODE");
      CompletableFuture<Run> running = CompletableFuture.supplyAsync(() -> write(command));
      await(
          statement,
          "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND locktype = 'relation' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
      await(
          statement,
          "SELECT count(*) = 1 FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE datname = current_database()"
              + " AND application_name LIKE 'kyneta %, process %') t");
      assertThat(running.orTimeout(60, TimeUnit.SECONDS).join().failure())
          .contains("the lease on public.kyneta_records is lost", "another may write");
      connection.rollback();
    }
    assertThat(Tool.run("dump", store).done().out()).isEqualTo(before);
  }

  private static void await(Statement statement, String condition) throws SQLException {
    boolean met = false;
    while (!met) {
      try (ResultSet rows = statement.executeQuery(condition)) {
        rows.next();
        met = rows.getBoolean(1);
      }
    }
  }
}
