package org.kyneta.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.postgres.PostgresOptions.SchemaMode;
import org.kyneta.sql.Format;
import org.kyneta.sql.RowCodec;
import org.kyneta.sql.TableNames;
import org.kyneta.store.HeadConflictException;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.StoreRecord;
import org.kyneta.testservers.Collation;

/** Writers of the same documents in several stores, each with connections of its own. */
class RacesTest {

  private static final int STORES = 3;
  private static final int DOCUMENTS = 3;

  private final List<HikariDataSource> pools = new ArrayList<>();
  private final List<PostgresStore> stores = new ArrayList<>();

  private String url;

  @BeforeEach
  void open() throws SQLException {
    url = Databases.create(Collation.C);
    for (int i = 0; i < STORES; i++) {
      HikariDataSource pool = Databases.pool(url, 12);
      pools.add(pool);
      stores.add(PostgresStore.open(pool, PostgresOptions.DEFAULT.withSchema(SchemaMode.CREATE)));
    }
  }

  @AfterEach
  void close() {
    stores.forEach(PostgresStore::close);
    pools.forEach(HikariDataSource::close);
  }

  private static <T> List<T> all(List<Callable<T>> tasks) throws Exception {
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<T> results = new ArrayList<>();
      for (Future<T> future : threads.invokeAll(tasks)) {
        results.add(future.get());
      }
      return results;
    }
  }

  private List<String> column(String sql) throws SQLException {
    try (Connection connection = pools.getFirst().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    }
  }

  private void assertNoOrphans() throws SQLException {
    assertThat(
            column(
                """
                SELECT doc_id FROM kyneta_records
                  WHERE doc_id NOT IN (SELECT doc_id FROM kyneta_meta)\
                """))
        .as("records without metadata")
        .isEmpty();
    assertThat(
            column(
                """
                SELECT doc_id || ': ' || max(seq) || ' is the last of ' || count(*)
                  FROM kyneta_records GROUP BY doc_id HAVING max(seq) <> count(*) - 1\
                """))
        .as("streams with gaps")
        .isEmpty();
    assertThat(column("SELECT doc_id FROM kyneta_meta EXCEPT SELECT doc_id FROM kyneta_records"))
        .as("metadata without records")
        .isEmpty();
  }

  @Test
  void everyAppendIsThereOnceAndInItsCallersOrder() throws Exception {
    for (int doc = 0; doc < DOCUMENTS; doc++) {
      stores.getFirst().append("doc" + doc, Samples.META);
    }
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < STORES * 4; i++) {
      int writer = i;
      PostgresStore store = stores.get(i % STORES);
      tasks.add(() -> {
        for (int n = 0; n < 100; n++) {
          store.append("doc" + n % DOCUMENTS, Samples.entry(writer + "/" + n));
        }
        return 100;
      });
    }
    assertThat(all(tasks)).hasSize(STORES * 4);
    int total = 0;
    for (int doc = 0; doc < DOCUMENTS; doc++) {
      List<StoreRecord> found = Samples.load(stores.getFirst(), "doc" + doc);
      total += found.size() - 1;
      for (int writer = 0; writer < STORES * 4; writer++) {
        List<StoreRecord> expected = new ArrayList<>();
        for (int n = doc; n < 100; n += DOCUMENTS) {
          expected.add(Samples.entry(writer + "/" + n));
        }
        assertThat(found.stream().filter(expected::contains).toList())
            .containsExactlyElementsOf(expected);
      }
    }
    assertThat(total).isEqualTo(STORES * 4 * 100);
    assertNoOrphans();
  }

  @Test
  void appendsBesideReplacementsAndDeletionsLeaveNoGapsAndNoOrphans() throws Exception {
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < STORES * 3; i++) {
      int writer = i;
      PostgresStore store = stores.get(i % STORES);
      tasks.add(() -> mixed(store, new Random(writer)));
    }
    List<Integer> done = all(tasks);
    assertThat(done).allSatisfy(number -> assertThat(number).isPositive());
    assertNoOrphans();
    for (int doc = 0; doc < DOCUMENTS; doc++) {
      Samples.load(stores.getFirst(), "doc" + doc);
    }
  }

  private static int mixed(PostgresStore store, Random random) {
    int done = 0;
    for (int n = 0; n < 250; n++) {
      String doc = "doc" + random.nextInt(DOCUMENTS);
      try {
        switch (random.nextInt(10)) {
          case 0 -> store.delete(doc);
          case 1 -> store.replace(doc, Samples.stream(random.nextInt(20), "replaced"));
          case 2 -> store.append(doc, Samples.META);
          case 3 -> store.appendAll(doc, Samples.stream(3, "several"));
          default -> store.append(doc, Samples.entry("one"));
        }
        done++;
      } catch (RecordRejectedException e) {
        // An entry came after a deletion, and before new metadata.
      }
    }
    return done;
  }

  @Test
  void ofSeveralWritersWhoExpectTheSameHeadOneWins() throws Exception {
    stores.getFirst().append("doc", Samples.META);
    for (int round = 0; round < 30; round++) {
      var head = stores.getFirst().head("doc");
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (PostgresStore store : stores) {
        tasks.add(() -> {
          try {
            store.append("doc", Samples.entry("mine"), head);
            return true;
          } catch (HeadConflictException e) {
            return false;
          }
        });
      }
      assertThat(all(tasks)).containsOnlyOnce(true);
    }
    assertThat(Samples.load(stores.getFirst(), "doc")).hasSize(31);
  }

  @Test
  void ofSeveralWritersWhoCreateADocumentAllAreInIt() throws Exception {
    for (int round = 0; round < 30; round++) {
      String doc = "new" + round;
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (PostgresStore store : stores) {
        tasks.add(() -> {
          store.appendAll(doc, Samples.stream(2, "x"));
          return true;
        });
      }
      all(tasks);
      assertThat(Samples.load(stores.getFirst(), doc)).hasSize(3 * STORES);
    }
    assertNoOrphans();
  }

  /** Records that can be given out only once leave no second attempt to whoever comes too late. */
  @Test
  void whoeverCreatesADocumentThatSomebodyElseIsCreatingFollows() throws Exception {
    List<StoreRecord> first = Samples.stream(2, "first");
    List<StoreRecord> second = Samples.stream(2, "second");
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<?>> other = new ArrayList<>();
      Iterable<StoreRecord> slow =
          () -> {
            other.add(
                threads.submit(() -> stores.get(1).appendAll("new", new ArrayDeque<>(second))));
            awaitTurn(other.getFirst());
            return first.iterator();
          };
      stores.getFirst().appendAll("new", slow);
      other.getFirst().get();
    }
    List<StoreRecord> both = new ArrayList<>(first);
    both.addAll(second);
    assertThat(Samples.load(stores.getFirst(), "new")).isEqualTo(both);
  }

  /** Waits until somebody waits for the right to create a document, or need not. */
  private void awaitTurn(Future<?> other) {
    String waiting =
        """
        SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())\
        """;
    try {
      while (!other.isDone() && column(waiting).isEmpty()) {
        Thread.onSpinWait();
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void recordsThatCanBeGivenOutOnceAreNotAskedForAgain() {
    PostgresStore store = stores.getFirst();
    store.append("doc", Samples.META);
    Iterator<StoreRecord> once = List.of(Samples.entry("x")).iterator();
    Iterable<StoreRecord> records =
        () -> {
          insertUnlocked("doc");
          return once;
        };
    assertThatExceptionOfType(StorageBusyException.class)
        .isThrownBy(() -> store.appendAll("doc", records));
    assertThat(Samples.load(store, "doc")).containsExactly(Samples.META, Samples.META);
  }

  /** Appends as somebody would who does not lock documents. */
  private void insertUnlocked(String doc) {
    try {
      Databases.execute(
          pools.getFirst(),
          """
          INSERT INTO kyneta_records (doc_id, seq, kind, payload)
            SELECT doc_id, 1, kind, payload FROM kyneta_records WHERE doc_id = '%s' AND seq = 0
            ON CONFLICT DO NOTHING\
          """
              .formatted(doc));
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void longReplacementHoldsUpItsOwnDocumentOnly() throws Exception {
    PostgresStore store = stores.getFirst();
    for (String doc : List.of("busy", "other")) {
      store.append(doc, Samples.META);
      store.append(doc, Samples.entry("x"));
    }
    List<StoreRecord> replacement = Samples.stream(2, "replaced");
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<?>> waiting = new ArrayList<>();
      Iterable<StoreRecord> slow =
          () -> {
            for (int i = 0; i < 20; i++) {
              PostgresStore own = stores.get(i % STORES);
              waiting.add(threads.submit(() -> own.append("busy", Samples.entry("after"))));
            }
            for (int i = 0; i < 200; i++) {
              appendElsewhere(stores.getFirst(), threads);
            }
            return replacement.iterator();
          };
      store.replace("busy", slow);
      for (Future<?> future : waiting) {
        future.get();
      }
    }
    List<StoreRecord> found = Samples.load(store, "busy");
    assertThat(found).hasSize(23);
    assertThat(found.subList(0, 3)).isEqualTo(replacement);
    assertThat(Samples.load(store, "other")).hasSize(202);
    assertNoOrphans();
  }

  @Test
  void whoeverWaitsForADocumentHoldsNoConnection() throws Exception {
    for (String doc : List.of("busy", "other")) {
      stores.getFirst().append(doc, Samples.META);
    }
    try (HikariDataSource two = Databases.pool(url, 2);
        PostgresStore store = PostgresStore.open(two);
        ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<?>> waiting = new ArrayList<>();
      Iterable<StoreRecord> slow =
          () -> {
            for (int i = 0; i < 5; i++) {
              waiting.add(threads.submit(() -> store.append("busy", Samples.entry("after"))));
            }
            for (int i = 0; i < 50; i++) {
              appendElsewhere(store, threads);
            }
            return Samples.stream(2, "replaced").iterator();
          };
      store.replace("busy", slow);
      for (Future<?> future : waiting) {
        future.get();
      }
    }
    assertThat(Samples.load(stores.getFirst(), "busy")).hasSize(8);
    assertThat(Samples.load(stores.getFirst(), "other")).hasSize(51);
  }

  private static void appendElsewhere(PostgresStore store, ExecutorService threads) {
    try {
      threads.submit(() -> store.append("other", Samples.entry("meanwhile"))).get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** The JavaScript store skips a number whenever it has rejected a record. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void whatIsAppendedFollowsWhatSomebodyElseHasPutBehindASkippedNumber(int records)
      throws SQLException {
    PostgresStore store = stores.getFirst();
    store.append("doc", Samples.META);
    store.append("doc", Samples.entry("first"));
    Databases.execute(
        pools.getFirst(),
        """
        INSERT INTO kyneta_records (doc_id, seq, kind, payload)
          SELECT doc_id, 4, kind, replace(payload, 'first', 'second')
            FROM kyneta_records WHERE doc_id = 'doc' AND seq = 1\
        """);
    List<StoreRecord> more = Collections.nCopies(records, Samples.entry("third"));
    store.appendAll("doc", more);
    List<StoreRecord> expected = new ArrayList<>();
    expected.addAll(List.of(Samples.META, Samples.entry("first"), Samples.entry("second")));
    expected.addAll(more);
    try (RecordCursor cursor = stores.get(1).loadAll("doc")) {
      assertThat(cursor).toIterable().containsExactlyElementsOf(expected);
      assertThat(cursor.seq()).isEqualTo(4 + records);
    }
  }

  /**
   * The one who replaces finds no row to lock, and is held up; then there is a row, which it sees.
   */
  @Test
  void aDocumentIsLockedThatIsBornWhileItIsLookedFor() throws Exception {
    List<String> free = new ArrayList<>();
    Iterable<StoreRecord> records =
        () -> {
          free.addAll(lockable("new"));
          return Samples.stream(1, "replaced").iterator();
        };
    try (ExecutorService threads = Executors.newCachedThreadPool();
        Connection connection = pools.getFirst().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE kyneta_records IN ACCESS EXCLUSIVE MODE");
      Future<?> replaced = threads.submit(() -> stores.get(1).replace("new", records));
      String waiting =
          "SELECT pid::text FROM pg_locks WHERE relation = 'kyneta_records'::regclass AND NOT granted";
      while (column(waiting).isEmpty()) {
        Thread.onSpinWait();
      }
      insertNew(statement);
      connection.commit();
      replaced.get();
    }
    assertThat(free).as("what somebody else can lock while it is replaced").isEmpty();
    assertThat(Samples.load(stores.getFirst(), "new")).isEqualTo(Samples.stream(1, "replaced"));
  }

  private static void insertNew(Statement statement) throws SQLException {
    String json =
        new RowCodec(Format.V1, TableNames.DEFAULT)
            .encodeMeta(((StoreRecord.Meta) Samples.META).meta());
    statement.execute(
        "INSERT INTO kyneta_meta (doc_id, data) VALUES ('new', '%s')".formatted(json));
    statement.execute(
        "INSERT INTO kyneta_records (doc_id, seq, kind, payload) VALUES ('new', 0, 'meta', '%s')"
            .formatted(json));
  }

  /** Returns a document if nobody has it locked. */
  private List<String> lockable(String doc) {
    try {
      return column(
          "SELECT doc_id FROM kyneta_meta WHERE doc_id = '%s' FOR NO KEY UPDATE SKIP LOCKED"
              .formatted(doc));
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
