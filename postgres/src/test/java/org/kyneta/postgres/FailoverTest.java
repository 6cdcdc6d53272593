package org.kyneta.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kyneta.postgres.PostgresOptions.SchemaMode;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.StorageException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreRecord;
import org.kyneta.testservers.Collation;
import org.kyneta.testservers.PostgresServer;
import org.kyneta.testservers.PostgresServer.Settings;

/** The primary dies, its standby takes over, and the writers go on. */
@Timeout(1_800)
class FailoverTest {

  private static final String DATABASE = "failover";
  private static final String STANDBY = "second";
  private static final int WRITERS = 8;

  /** How many records each writer has had acknowledged before the kill, and again after it. */
  private static final int RECORDS = 25;

  private PostgresServer primary;
  private PostgresServer standby;

  @BeforeEach
  void start() throws SQLException {
    primary = PostgresServer.start(Settings.DEFAULT);
    String url = primary.createDatabase(DATABASE, Collation.C);
    try (HikariDataSource pool = Databases.pool(url, 1);
        PostgresStore store =
            PostgresStore.open(pool, PostgresOptions.DEFAULT.withSchema(SchemaMode.CREATE))) {
      for (int writer = 0; writer < WRITERS; writer++) {
        store.append(document(writer), Samples.META);
      }
    }
    standby = primary.startStandby(STANDBY);
  }

  @AfterEach
  void stop() {
    standby.close();
    primary.close();
  }

  private static String document(int writer) {
    return "w" + writer;
  }

  /** Lets every commit wait for the standby. */
  private static void waitForStandby(PostgresServer primary) throws SQLException {
    try (Connection connection = DriverManager.getConnection(primary.url(DATABASE));
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER SYSTEM SET synchronous_standby_names = '" + STANDBY + "'");
      statement.execute("SELECT pg_reload_conf()");
      await(statement, "SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'");
    }
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

  /** Connections to whichever of the two is the primary. */
  private HikariDataSource pool() {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(
        "jdbc:postgresql://127.0.0.1:%d,127.0.0.1:%d/%s?user=postgres&targetServerType=primary&hostRecheckSeconds=0"
            .formatted(primary.port(), standby.port(), DATABASE));
    config.setMaximumPoolSize(8);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(1_000);
    config.setInitializationFailTimeout(-1);
    return new HikariDataSource(config);
  }

  private void failOver() throws SQLException {
    primary.kill9();
    standby.promote();
  }

  /** Puts the standby in the primary's place, and another behind it. */
  private void replacePrimary() {
    primary.close();
    primary = standby;
    standby = primary.startStandby(STANDBY);
  }

  /** One who writes to a document of its own, and knows of each record whether it is there. */
  private static final class Writer {

    final List<StoreRecord> acknowledged = new ArrayList<>(List.of(Samples.META));
    private final String document;
    private int number;
    private int lookedUp;

    Writer(int writer) {
      this.document = document(writer);
    }

    void write(Store store, int records) {
      for (int i = 0; i < records; i++) {
        StoreRecord record = Samples.entry(document + "/" + number++);
        while (!isWritten(store, record)) {
          // Nothing was written, since nobody could be reached: once more.
        }
        acknowledged.add(record);
      }
    }

    private boolean isWritten(Store store, StoreRecord record) {
      try {
        store.append(document, record);
        return true;
      } catch (OutcomeUnknownException e) {
        lookedUp++;
        return isThere(store, record);
      } catch (StorageException e) {
        return false;
      }
    }

    private boolean isThere(Store store, StoreRecord record) {
      while (true) {
        try {
          return Samples.load(store, document).contains(record);
        } catch (StorageException e) {
          // Nobody could be reached: once more.
        }
      }
    }
  }

  @Test
  void whatWasAcknowledgedIsThereOnceAndInOrderAfterFailovers() throws Exception {
    int failovers = Integer.getInteger("kyneta.failovers", 1);
    List<Writer> writers = new ArrayList<>();
    for (int writer = 0; writer < WRITERS; writer++) {
      writers.add(new Writer(writer));
    }
    for (int failover = 1; failover <= failovers; failover++) {
      waitForStandby(primary);
      try (HikariDataSource pool = pool();
          PostgresStore store = PostgresStore.open(pool)) {
        writeAcross(store, writers);
        for (Writer writer : writers) {
          assertThat(Samples.load(store, writer.document))
              .as("after failover %d", failover)
              .isEqualTo(writer.acknowledged);
        }
      }
      if (failover < failovers) {
        replacePrimary();
      }
    }
    System.out.printf(
        "%d failovers, %d acknowledged records, none missing; %d looked up%n",
        failovers,
        writers.stream().mapToInt(writer -> writer.acknowledged.size()).sum(),
        writers.stream().mapToInt(writer -> writer.lookedUp).sum());
  }

  /** Lets all write, before a failover, while it goes on, and after it. */
  private void writeAcross(Store store, List<Writer> writers) throws Exception {
    CountDownLatch begun = new CountDownLatch(writers.size());
    CountDownLatch over = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<?>> running = new ArrayList<>();
      for (Writer writer : writers) {
        running.add(
            threads.submit(() -> {
              writer.write(store, RECORDS);
              begun.countDown();
              while (over.getCount() > 0) {
                writer.write(store, 1);
              }
              writer.write(store, RECORDS);
            }));
      }
      begun.await();
      try {
        failOver();
      } finally {
        over.countDown();
      }
      for (Future<?> future : running) {
        future.get();
      }
    }
  }

  /** What the others rest on: that the standby has what was acknowledged is not so by itself. */
  @Test
  void withoutWaitingForTheStandbyAcknowledgedRecordsAreLostButLeaveNoGap() throws SQLException {
    Writer writer = new Writer(0);
    Writer another = new Writer(1);
    standby.stopFast();
    try (HikariDataSource pool = pool();
        PostgresStore store = PostgresStore.open(pool)) {
      writer.write(store, RECORDS);
      another.write(store, RECORDS);
      primary.kill9();
      standby.restart();
      standby.promote();
      assertThat(writer.isThere(store, writer.acknowledged.getLast())).isFalse();
      StoreRecord again = Samples.entry("again");
      store.append(document(0), again);
      assertThat(Samples.load(store, document(0))).containsExactly(Samples.META, again);
      store.appendAll(document(1), List.of(again, again));
      assertThat(Samples.load(store, document(1))).containsExactly(Samples.META, again, again);
    }
  }

  @Test
  void recordThatTheStandbyNeverGotIsUnknownAndLeavesNoGap() throws SQLException {
    waitForStandby(primary);
    try (HikariDataSource pool = pool();
        PostgresStore store = PostgresStore.open(pool)) {
      List<StoreRecord> expected = new ArrayList<>(List.of(Samples.META));
      for (String text : List.of("first", "later")) {
        expected.add(Samples.entry(text));
        store.append(document(0), expected.getLast());
      }
      standby.stopFast();
      for (int writer : new int[] {0, 1}) {
        StoreRecord lost = Samples.entry("lost");
        CompletableFuture<Void> running =
            CompletableFuture.runAsync(() -> store.append(document(writer), lost));
        cancelWaiting();
        assertThatExceptionOfType(CompletionException.class)
            .isThrownBy(running::join)
            .withCauseInstanceOf(OutcomeUnknownException.class);
      }
      primary.kill9();
      standby.restart();
      standby.promote();
      assertThat(new Writer(0).isThere(store, Samples.entry("lost"))).isFalse();
      expected.add(Samples.entry("again"));
      store.append(document(0), expected.getLast());
      store.append(document(1), expected.getLast());
      assertThat(Samples.load(store, document(0))).isEqualTo(expected);
      assertThat(Samples.load(store, document(1)))
          .containsExactly(Samples.META, expected.getLast());
    }
  }

  /** Cancels whoever waits for the standby. */
  private void cancelWaiting() throws SQLException {
    try (Connection connection = DriverManager.getConnection(primary.url("postgres"));
        Statement statement = connection.createStatement()) {
      await(
          statement,
          "SELECT count(*) > 0 FROM (SELECT pg_cancel_backend(pid) FROM pg_stat_activity"
              + " WHERE wait_event = 'SyncRep') t");
    }
  }
}
