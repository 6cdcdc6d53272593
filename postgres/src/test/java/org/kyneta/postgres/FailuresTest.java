package org.kyneta.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.postgres.PostgresOptions.SchemaMode;
import org.kyneta.sql.Progress;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.StorageException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreRecord;
import org.kyneta.testservers.Collation;
import org.kyneta.testservers.PostgresServer;
import org.kyneta.testservers.PostgresServer.Settings;
import org.kyneta.testservers.Proxy;

/** What callers are told when the server or the way to it fails, and what is in the store then. */
@Timeout(120)
class FailuresTest {

  private static final String DOC = "doc";

  /** As it is sent; the isolation level has the same letters. */
  private static final String COMMIT = "COMMIT\0";

  /** Lets the driver send each statement's text each time. */
  private static final String AS_TEXT = "&preferQueryMode=simple";

  private static final List<StoreRecord> BEFORE = Samples.stream(2, "before");

  private static PostgresServer server;
  private static int databases;
  private String url;

  @BeforeAll
  static void start() {
    server = PostgresServer.start(Settings.DEFAULT);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void create() throws SQLException {
    url = server.createDatabase("failures_" + ++databases, Collation.C);
    try (HikariDataSource pool = pool(url, 2);
        PostgresStore store =
            PostgresStore.open(pool, PostgresOptions.DEFAULT.withSchema(SchemaMode.CREATE))) {
      store.appendAll(DOC, BEFORE);
    }
  }

  private static HikariDataSource pool(String url, int size) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(1_000);
    config.setInitializationFailTimeout(-1);
    return new HikariDataSource(config);
  }

  private List<StoreRecord> stored() {
    try (HikariDataSource pool = pool(url, 2);
        PostgresStore store = PostgresStore.open(pool)) {
      return Samples.load(store, DOC);
    }
  }

  private String name() {
    return url.substring(url.lastIndexOf('/') + 1, url.indexOf('?'));
  }

  private static List<StoreRecord> with(List<StoreRecord> records, StoreRecord... more) {
    List<StoreRecord> all = new ArrayList<>(records);
    all.addAll(List.of(more));
    return all;
  }

  /** Runs a write whose connection is cut, and returns what it throws. */
  private Throwable cut(Consumer<Proxy> arm, Consumer<Store> write) {
    return cut(arm, write, "");
  }

  private Throwable cut(Consumer<Proxy> arm, Consumer<Store> write, String options) {
    try (Proxy proxy = Proxy.to(server.port());
        HikariDataSource pool = pool(PostgresServer.url(name(), proxy.port()) + options, 1);
        PostgresStore store = PostgresStore.open(pool)) {
      store.append(DOC, Samples.entry("first"));
      store.append(DOC, Samples.entry("second"));
      arm.accept(proxy);
      return catchThrowable(() -> write.accept(store));
    }
  }

  private static List<StoreRecord> firstAndSecond() {
    return with(BEFORE, Samples.entry("first"), Samples.entry("second"));
  }

  @Test
  void appendWhoseAnswerIsLostIsNeitherDoneNorRefused() {
    StoreRecord third = Samples.entry("third");
    Throwable thrown = cut(proxy -> proxy.cutAfter("third"), store -> store.append(DOC, third));
    assertThat(thrown).isInstanceOf(OutcomeUnknownException.class);
    assertThat(stored()).isEqualTo(with(firstAndSecond(), third));
  }

  @Test
  void appendThatNeverArrivesIsNeitherDoneNorRefusedEither() {
    Throwable thrown =
        cut(proxy -> proxy.cutBefore("third"), store -> store.append(DOC, Samples.entry("third")));
    assertThat(thrown).isInstanceOf(OutcomeUnknownException.class);
    assertThat(stored()).isEqualTo(firstAndSecond());
  }

  @ParameterizedTest
  @ValueSource(strings = {"FOR NO KEY UPDATE", "DELETE FROM", "replaced", "UPDATE"})
  void replacementThatIsCutOffBeforeItsCommitHasChangedNothing(String statement) {
    Throwable thrown =
        cut(
            proxy -> proxy.cutBefore(statement),
            store -> store.replace(DOC, Samples.stream(3, "replaced")));
    assertThat(thrown)
        .isInstanceOf(StorageException.class)
        .isNotInstanceOf(OutcomeUnknownException.class);
    assertThat(stored()).isEqualTo(firstAndSecond());
  }

  @Test
  void replacementWhoseCommitIsNotAnsweredMayBeDone() {
    List<StoreRecord> replacement = Samples.stream(3, "replaced");
    Throwable thrown =
        cut(proxy -> proxy.cutAfter(COMMIT), store -> store.replace(DOC, replacement), AS_TEXT);
    assertThat(thrown).isInstanceOf(OutcomeUnknownException.class);
    assertThat(stored()).isEqualTo(replacement);
    thrown = cut(proxy -> proxy.cutBefore(COMMIT), store -> store.replace(DOC, BEFORE), AS_TEXT);
    assertThat(thrown).isInstanceOf(OutcomeUnknownException.class);
    assertThat(stored())
        .isEqualTo(with(replacement, Samples.entry("first"), Samples.entry("second")));
  }

  @Test
  void deletionThatIsCutOffHasChangedNothing() {
    Throwable thrown = cut(proxy -> proxy.cutBefore("DELETE FROM"), store -> store.delete(DOC));
    assertThat(thrown)
        .isInstanceOf(StorageException.class)
        .isNotInstanceOf(OutcomeUnknownException.class);
    assertThat(stored()).isEqualTo(firstAndSecond());
  }

  @Test
  void cursorThatIsCutOffSaysSoAndDoesNotLookLikeItsEnd() {
    try (HikariDataSource direct = pool(url, 2);
        PostgresStore store = PostgresStore.open(direct)) {
      store.appendAll(DOC, Samples.stream(20_000, "a rather long text, of which there are many "));
    }
    Throwable thrown =
        cut(
            proxy -> proxy.cutAfterBytes(Proxy.Direction.TO_CLIENT, 1 << 20),
            store -> Samples.load(store, DOC));
    assertThat(thrown).isInstanceOf(StorageException.class);
  }

  @Test
  void statementThatTakesTooLongIsBusyAndHasChangedNothing() throws SQLException {
    try (Connection other = DriverManager.getConnection(url);
        Statement statement = other.createStatement();
        HikariDataSource pool = pool(url + "&options=-c%20statement_timeout=300", 4);
        PostgresStore store = PostgresStore.open(pool)) {
      other.setAutoCommit(false);
      statement.execute("SELECT 1 FROM kyneta_meta FOR UPDATE");
      assertThatExceptionOfType(StorageBusyException.class)
          .isThrownBy(() -> store.append(DOC, Samples.entry("x")));
      assertThatExceptionOfType(StorageBusyException.class).isThrownBy(() -> store.delete(DOC));
      other.rollback();
      store.append(DOC, Samples.entry("y"));
    }
    assertThat(stored()).isEqualTo(with(BEFORE, Samples.entry("y")));
  }

  @Test
  void poolWithoutAFreeConnectionIsBusy() throws SQLException {
    try (HikariDataSource pool = pool(url, 1);
        PostgresStore store = PostgresStore.open(pool)) {
      try (Connection held = pool.getConnection()) {
        assertThat(held.isClosed()).isFalse();
        assertThatExceptionOfType(StorageBusyException.class)
            .isThrownBy(() -> store.append(DOC, Samples.entry("x")));
        assertThatExceptionOfType(StorageBusyException.class)
            .isThrownBy(() -> store.currentMeta(DOC));
        assertThatExceptionOfType(StorageBusyException.class).isThrownBy(() -> store.loadAll(DOC));
      }
      store.append(DOC, Samples.entry("y"));
    }
    assertThat(stored()).isEqualTo(with(BEFORE, Samples.entry("y")));
  }

  @Test
  void readOnlyServerSaysSo() {
    try (HikariDataSource pool = pool(url + "&options=-c%20default_transaction_read_only=on", 2);
        PostgresStore store = PostgresStore.open(pool)) {
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> store.append(DOC, Samples.entry("x")))
          .withMessageContaining("read-only");
      assertThat(Samples.load(store, DOC)).isEqualTo(BEFORE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"repeatable%5C%20read", "serializable"})
  void everyDefaultIsolationGivesTheSameStreams(String isolation) throws Exception {
    String options = "&options=-c%20default_transaction_isolation=" + isolation;
    try (HikariDataSource pool = pool(url + options, 8);
        PostgresStore one = PostgresStore.open(pool);
        PostgresStore two = PostgresStore.open(pool);
        ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        PostgresStore store = i % 2 == 0 ? one : two;
        int writer = i;
        tasks.add(() -> {
          for (int n = 0; n < 40; n++) {
            store.append(DOC, Samples.entry(writer + "/" + n));
          }
          return null;
        });
      }
      for (Future<Void> future : threads.invokeAll(tasks)) {
        future.get();
      }
    }
    assertThat(stored()).hasSize(BEFORE.size() + 240).doesNotHaveDuplicates();
  }

  @Test
  void commitThatNoStandbyConfirmsIsUnknown() throws Exception {
    List<StoreRecord> expected = new ArrayList<>(firstAndSecond());
    try (HikariDataSource pool = pool(url, 4);
        PostgresStore store = PostgresStore.open(pool);
        Connection admin = DriverManager.getConnection(server.url("postgres"));
        Statement statement = admin.createStatement()) {
      store.append(DOC, Samples.entry("first"));
      store.append(DOC, Samples.entry("second"));
      statement.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
      statement.execute("SELECT pg_reload_conf()");
      try {
        await(statement, "SELECT current_setting('synchronous_standby_names') = 'nobody'");
        for (String how : List.of("pg_cancel_backend", "pg_terminate_backend")) {
          for (StoreRecord record : List.of(Samples.entry(how), Samples.META)) {
            expected.add(record);
            assertThat(ended(statement, how, () -> store.append(DOC, record)))
                .isInstanceOf(OutcomeUnknownException.class);
          }
        }
      } finally {
        statement.execute("ALTER SYSTEM RESET synchronous_standby_names");
        statement.execute("SELECT pg_reload_conf()");
      }
    }
    assertThat(stored()).isEqualTo(expected);
  }

  /** Ends the wait of whoever waits for a standby, and returns what a write throws. */
  private static Throwable ended(Statement statement, String how, Runnable write)
      throws SQLException {
    CompletableFuture<Void> running = CompletableFuture.runAsync(write);
    await(
        statement,
        "SELECT count(*) > 0 FROM (SELECT %s(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep') t"
            .formatted(how));
    Throwable thrown = catchThrowable(running::join);
    return thrown instanceof CompletionException && thrown.getCause() != null
        ? thrown.getCause()
        : thrown;
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

  /** As often as {@code kyneta.serverKills} says. */
  @Test
  @Timeout(1_800)
  void killedServerHasEverythingThatWasAcknowledgedOnceAndInOrder() throws Exception {
    int kills = Integer.getInteger("kyneta.serverKills", 3);
    int writers = 16;
    List<List<StoreRecord>> acknowledged = new ArrayList<>();
    List<List<StoreRecord>> doubtful = new ArrayList<>();
    int[] numbers = new int[writers];
    try (HikariDataSource pool = pool(url, 8);
        PostgresStore store = PostgresStore.open(pool)) {
      for (int i = 0; i < writers; i++) {
        store.append("w" + i, Samples.META);
        acknowledged.add(new ArrayList<>(List.of(Samples.META)));
        doubtful.add(new ArrayList<>());
      }
      for (int kill = 0; kill < kills; kill++) {
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
          List<Future<?>> running = new ArrayList<>();
          for (int i = 0; i < writers; i++) {
            int writer = i;
            List<StoreRecord> done = acknowledged.get(i);
            List<StoreRecord> unknown = doubtful.get(i);
            running.add(
                threads.submit(
                    () -> numbers[writer] = write(store, writer, numbers[writer], done, unknown)));
          }
          Thread.sleep(150 + kill * 37 % 100); // The moment of a crash is nobody's to choose.
          server.kill9();
          for (Future<?> future : running) {
            future.get();
          }
        }
        server.restart();
        for (int i = 0; i < writers; i++) {
          List<StoreRecord> found = Samples.load(store, "w" + i);
          assertThat(found).as("after kill %d", kill).doesNotHaveDuplicates();
          List<StoreRecord> expected = new ArrayList<>(found);
          expected.retainAll(acknowledged.get(i));
          assertThat(expected).as("after kill %d", kill).isEqualTo(acknowledged.get(i));
          List<StoreRecord> others = new ArrayList<>(found);
          others.removeAll(acknowledged.get(i));
          assertThat(doubtful.get(i)).containsAll(others);
        }
      }
    }
    int total = acknowledged.stream().mapToInt(List::size).sum();
    System.out.printf("%d kills, %d acknowledged records, none missing%n", kills, total);
    assertThat(total).isGreaterThan(writers * kills);
  }

  /** Appends until that fails; returns the next number. */
  private static int write(
      Store store, int writer, int from, List<StoreRecord> done, List<StoreRecord> doubtful) {
    int number = from;
    while (true) {
      StoreRecord record = Samples.entry(writer + "/" + number++);
      try {
        store.append("w" + writer, record);
        done.add(record);
      } catch (OutcomeUnknownException e) {
        doubtful.add(record);
        return number;
      } catch (StorageException e) {
        return number;
      }
    }
  }

  @Test
  void whatIsInterruptedWhileNoConnectionIsToBeHadStaysInterrupted() {
    HikariDataSource pool = pool(url, 2);
    try (PostgresStore store = PostgresStore.open(pool)) {
      pool.close();
      Thread.currentThread().interrupt();
      assertThat(catchThrowable(() -> store.statistics(1, Progress.NONE)))
          .isInstanceOf(StorageException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
