package org.kyneta.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.postgres.PostgresOptions.SchemaMode;
import org.kyneta.sql.Progress;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreRecord;
import org.kyneta.testservers.Collation;

/**
 * Appends in one statement, beside a write that is committed after the statement's snapshot was
 * taken and before it locks the document. The role that appends is under a policy that asks a lock
 * of the test's for each row that it looks at, so that the statement can be held up there.
 */
@Timeout(60)
class StaleSnapshotTest {

  private static final String DOC = "doc";
  private static final List<StoreRecord> BEFORE = Samples.stream(3, "before");
  private static final StoreRecord LATE = Samples.entry("late");

  private HikariDataSource pool;
  private HikariDataSource gatedPool;
  private PostgresStore other;
  private PostgresStore gated;

  @BeforeEach
  void open() throws SQLException {
    String url = Databases.create(Collation.C);
    pool = Databases.pool(url, 4);
    other = PostgresStore.open(pool, PostgresOptions.DEFAULT.withSchema(SchemaMode.CREATE));
    other.appendAll(DOC, BEFORE);
    String role = "app_" + url.substring(url.lastIndexOf('/') + 1, url.indexOf('?'));
    Databases.execute(
        pool,
        """
        CREATE ROLE %1$s LOGIN;
        GRANT SELECT, INSERT, UPDATE, DELETE ON kyneta_meta, kyneta_records TO %1$s;
        CREATE FUNCTION gate() RETURNS boolean LANGUAGE sql VOLATILE
          AS 'SELECT pg_advisory_xact_lock_shared(1) IS NOT NULL';
        ALTER TABLE kyneta_meta ENABLE ROW LEVEL SECURITY;
        CREATE POLICY gate ON kyneta_meta USING (gate());
        """
            .formatted(role));
    gatedPool = Databases.pool(url.replace("user=postgres", "user=" + role), 4);
    gated = PostgresStore.open(gatedPool);
  }

  @AfterEach
  void close() {
    gated.close();
    gatedPool.close();
    other.close();
    pool.close();
  }

  /** Appends, does something else once the statement has its snapshot, and lets it go on. */
  private void appendAround(Runnable append, Consumer<Store> meanwhile) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(1)");
      CompletableFuture<Void> running;
      try {
        running = CompletableFuture.runAsync(append);
        awaitHeldUp(statement);
        meanwhile.accept(other);
      } finally {
        statement.execute("SELECT pg_advisory_unlock(1)");
      }
      running.join();
    }
  }

  private static void awaitHeldUp(Statement statement) throws SQLException {
    boolean heldUp = false;
    while (!heldUp) {
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                  + " AND database = (SELECT oid FROM pg_database"
                  + " WHERE datname = current_database())")) {
        rows.next();
        heldUp = rows.getBoolean(1);
      }
    }
  }

  /** How an append can be one statement. */
  enum Appends {
    FIRST_OF_A_STORE {
      @Override
      void run(Store store) {
        store.append(DOC, LATE);
      }
    },
    LATER {
      @Override
      void prepare(Store store) {
        store.append(DOC, BEFORE.getLast());
      }

      @Override
      void run(Store store) {
        store.append(DOC, LATE);
      }
    },
    SEVERAL_LATER {
      @Override
      void prepare(Store store) {
        store.append(DOC, BEFORE.getLast());
      }

      @Override
      void run(Store store) {
        store.appendAll(DOC, List.of(LATE, LATE));
      }
    };

    void prepare(Store store) {}

    abstract void run(Store store);
  }

  @ParameterizedTest
  @EnumSource
  void replacementMeanwhileIsFollowed(Appends appends) throws SQLException {
    appends.prepare(gated);
    List<StoreRecord> shorter = Samples.stream(1, "replaced");
    appendAround(() -> appends.run(gated), store -> store.replace(DOC, shorter));
    requireStream(shorter);
  }

  @ParameterizedTest
  @EnumSource
  void anotherDocumentOfThatIdIsFollowed(Appends appends) throws SQLException {
    appends.prepare(gated);
    List<StoreRecord> anew = Samples.stream(0, "");
    appendAround(
        () -> appends.run(gated),
        store -> {
          store.delete(DOC);
          store.appendAll(DOC, anew);
        });
    requireStream(anew);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsAppendedMeanwhileIsFollowed(Appends appends) throws SQLException {
    appends.prepare(gated);
    List<StoreRecord> all = new ArrayList<>(Samples.load(other, DOC));
    List<StoreRecord> more = List.of(Samples.entry("meanwhile"), Samples.META);
    all.addAll(more);
    appendAround(() -> appends.run(gated), store -> store.appendAll(DOC, more));
    requireStream(all);
  }

  @ParameterizedTest
  @EnumSource
  void deletedDocumentTakesNothing(Appends appends) {
    appends.prepare(gated);
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> appendAround(() -> appends.run(gated), store -> store.delete(DOC)))
        .withCauseInstanceOf(RecordRejectedException.class);
    assertThat(Samples.load(other, DOC)).isEmpty();
  }

  private void requireStream(List<StoreRecord> before) {
    List<StoreRecord> found = Samples.load(other, DOC);
    assertThat(found).startsWith(before.toArray(StoreRecord[]::new));
    assertThat(found.subList(before.size(), found.size())).isNotEmpty().containsOnly(LATE);
    assertThat(other.verify(finding -> {}, Progress.NONE).isSound()).isTrue();
  }

  @Test
  void firstAppendOfAStoreIsOneStatement() {
    FailingDataSource failing = new FailingDataSource(pool);
    try (PostgresStore store = PostgresStore.open(failing.source())) {
      failing.failAt(2);
      store.append(DOC, LATE);
    }
    requireStream(BEFORE);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 254, 65_535, 1_431_655_764, 2_147_483_646})
  void checksumOfTheFirstAppendIsTheOneOfItsNumber(int last) throws SQLException {
    Databases.execute(
        pool, "UPDATE kyneta_records SET crc32c = NULL, seq = %d WHERE seq = 3".formatted(last));
    try (PostgresStore store = PostgresStore.open(pool)) {
      store.append(DOC, LATE);
      try (var records = store.loadAll(DOC, last + 1L)) {
        assertThat(records.next()).isEqualTo(LATE);
        assertThat(records.seq()).isEqualTo(last + 1L);
      }
    }
  }
}
