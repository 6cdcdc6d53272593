package org.kyneta.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kyneta.postgres.PostgresOptions.SchemaMode;
import org.kyneta.store.ChangeFeed;
import org.kyneta.store.Position;
import org.kyneta.testservers.Collation;
import org.kyneta.testservers.PostgresServer;
import org.kyneta.testservers.Proxy;

/** What stores tell each other about what was written. */
@Timeout(120)
@SuppressWarnings("try") // Feeds need only be open.
class NotificationFeedTest {

  private static final Position POSITION = new Position("123", 45);
  private static final String MISSED = "missed";

  private String url;
  private HikariDataSource pool;
  private PostgresStore store;

  @BeforeEach
  void open() throws SQLException {
    url = Databases.create(Collation.C);
    pool = Databases.pool(url, 10);
    store = PostgresStore.open(pool, PostgresOptions.DEFAULT.withSchema(SchemaMode.CREATE));
  }

  @AfterEach
  void close() {
    store.close();
    pool.close();
  }

  /** Remembers what it is told. */
  private static final class Ear implements ChangeFeed.Listener {
    final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    final Map<String, Position> reached = new HashMap<>();

    @Override
    public synchronized void changed(String docId, Position position) {
      reached.put(docId, position);
      heard.add(docId);
    }

    @Override
    public void mayHaveMissed() {
      heard.add(MISSED);
    }

    String next() throws InterruptedException {
      String next = heard.poll(20, TimeUnit.SECONDS);
      assertThat(next).as("something to be heard").isNotNull();
      return next;
    }
  }

  @Test
  void everybodyElseIsToldOfEveryDocument() throws Exception {
    Ear own = new Ear();
    Ear ear = new Ear();
    Map<String, Position> told = new LinkedHashMap<>();
    for (int i = 0; i < 500; i++) {
      told.put("doc" + i, new Position("" + i, i));
    }
    told.put("", POSITION);
    told.put("a,1:b;c\n'\"\\%_ä😀", POSITION);
    told.put("x".repeat(2_600), POSITION);
    told.put("ß".repeat(1_300), POSITION);
    told.put("€".repeat(866), POSITION);
    try (ChangeFeed feed = store.openFeed(own);
        ChangeFeed unused = store.openFeed(ear)) {
      told.forEach(feed::publish);
      for (int i = 0; i < told.size(); i++) {
        ear.next();
      }
      assertThat(ear.reached).isEqualTo(told);
      assertThat(own.heard).isEmpty();
    }
  }

  @Test
  void noticesThatTellMuchAreCutToWhatTheServerTakes() {
    Map<String, Position> told = new LinkedHashMap<>();
    for (int i = 0; i < 100; i++) {
      told.put("€".repeat(800) + i, POSITION);
    }
    Notices notices = new Notices("me", false, told);
    Map<String, Position> read = new LinkedHashMap<>();
    for (String text : notices.texts()) {
      assertThat(text.getBytes(UTF_8).length).isLessThan(8_000);
      read.putAll(Notices.read(text).orElseThrow().reached());
    }
    assertThat(read).isEqualTo(told);
    assertThat(Notices.read(notices.texts().getFirst()).orElseThrow().isComplete()).isFalse();
  }

  @Test
  void whatIsNoNoticeMayBeAnything() throws Exception {
    Ear ear = new Ear();
    try (ChangeFeed feed = store.openFeed(new Ear());
        ChangeFeed unused = store.openFeed(ear)) {
      feed.publish("doc", POSITION);
      assertThat(ear.next()).isEqualTo("doc");
      for (String text :
          new String[] {"", "2;later", "1;x;1,2", "1;x;1,2,99:short", "1;x;a,b,c:d"}) {
        assertThat(Notices.read(text)).as(text).isEmpty();
      }
      String channel = channel();
      Databases.execute(pool, "NOTIFY " + channel + ", '2;later'");
      assertThat(ear.next()).isEqualTo(MISSED);
    }
  }

  private String channel() throws SQLException {
    try (var connection = pool.getConnection();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT query FROM pg_stat_activity WHERE query LIKE 'LISTEN kyneta%' LIMIT 1")) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1).substring("LISTEN ".length());
    }
  }

  @Test
  void anInterruptionIsToldAndWhatFollowsIsHeard() throws Exception {
    try (Proxy proxy = Proxy.to(PostgresServer.shared().port())) {
      String name = url.substring(url.lastIndexOf('/') + 1, url.indexOf('?'));
      Ear ear = new Ear();
      try (HikariDataSource direct = Databases.pool(PostgresServer.url(name, proxy.port()), 2);
          PostgresStore listening = PostgresStore.open(pool, direct, PostgresOptions.DEFAULT);
          ChangeFeed feed = store.openFeed(new Ear());
          ChangeFeed unused = listening.openFeed(ear)) {
        feed.publish("before", POSITION);
        assertThat(ear.next()).isEqualTo("before");
        proxy.cut();
        feed.publish("meanwhile", POSITION);
        proxy.pass();
        assertThat(ear.next()).isEqualTo(MISSED);
        feed.publish("after", POSITION);
        assertThat(ear.next()).isEqualTo("after");
      }
    }
  }

  @Test
  void aClosedFeedHasToldAllAndHoldsNothing() throws Exception {
    Ear ear = new Ear();
    try (ChangeFeed unused = store.openFeed(ear)) {
      ChangeFeed feed = store.openFeed(new Ear());
      for (int i = 0; i < 1_000; i++) {
        feed.publish("doc" + i, POSITION);
      }
      feed.close();
      feed.close();
      for (int i = 0; i < 1_000; i++) {
        ear.next();
      }
    }
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (pool.getHikariPoolMXBean().getActiveConnections() > 0) {
      assertThat(System.nanoTime()).as("all connections to be given back").isLessThan(deadline);
      Thread.onSpinWait();
    }
    try (var connection = pool.getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT count(*) FROM pg_listening_channels()")) {
      rows.next();
      assertThat(rows.getInt(1)).isZero();
    }
  }

  /** A source of connections that can be broken in the ways of pools that are no good. */
  private static DataSource source(DataSource real, Supplier<RuntimeException> failure) {
    return (DataSource)
        java.lang.reflect.Proxy.newProxyInstance(
            DataSource.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              RuntimeException thrown = failure.get();
              if (thrown != null) {
                throw thrown;
              }
              return method.invoke(real, arguments);
            });
  }

  @Test
  void whatASourceThrowsThatIsNoneOfItsExceptionsEndsNothing() throws Exception {
    AtomicBoolean broken = new AtomicBoolean();
    AtomicInteger attempts = new AtomicInteger();
    DataSource flaky =
        source(
            pool,
            () -> {
              if (!broken.get()) {
                return null;
              }
              attempts.incrementAndGet();
              return new IllegalStateException("the pool is closed");
            });
    Ear ear = new Ear();
    try (PostgresStore telling = PostgresStore.open(flaky);
        ChangeFeed feed = telling.openFeed(new Ear());
        ChangeFeed unused = store.openFeed(ear)) {
      broken.set(true);
      feed.publish("doc", POSITION);
      Databases.execute(
          pool,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN"
              + " kyneta%'");
      assertThat(ear.next()).isEqualTo(MISSED);
      long start = System.nanoTime();
      int before = attempts.get();
      while (attempts.get() < before + 5) {
        Thread.onSpinWait();
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as("the time that five attempts take")
          .isGreaterThan(Duration.ofMillis(250));
      broken.set(false);
      assertThat(ear.next()).isEqualTo("doc");
    }
  }

  @Test
  void aListenerThatThrowsIsToldAgainAndLeaksNoConnection() throws Exception {
    Ear ear = new Ear();
    AtomicInteger left = new AtomicInteger(20);
    ChangeFeed.Listener throwing =
        new ChangeFeed.Listener() {
          @Override
          public void changed(String docId, Position position) {
            if (left.getAndDecrement() > 0) {
              throw new AssertionError("not now");
            }
            ear.changed(docId, position);
          }

          @Override
          public void mayHaveMissed() {
            if (left.getAndDecrement() > 0) {
              throw new IllegalStateException("not now either");
            }
            ear.mayHaveMissed();
          }
        };
    try (ChangeFeed feed = store.openFeed(new Ear());
        ChangeFeed unused = store.openFeed(throwing)) {
      feed.publish("doc", POSITION);
      assertThat(ear.next()).isEqualTo(MISSED);
      feed.publish("doc", POSITION);
      assertThat(ear.next()).isEqualTo("doc");
      assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isLessThanOrEqualTo(3);
    }
  }
}
