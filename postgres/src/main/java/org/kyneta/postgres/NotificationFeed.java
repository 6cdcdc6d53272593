package org.kyneta.postgres;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.ChangeFeed;
import org.kyneta.store.Position;
import org.kyneta.store.StorageException;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * A feed by way of LISTEN and NOTIFY. It listens on a connection of its own, which is replaced when
 * it breaks or falls silent: where nobody else says anything, the feed itself does from time to
 * time.
 *
 * <p>Its own voice also tells whether it can hear at all: through a pooler that gives each
 * transaction another session, nothing would ever come.
 */
final class NotificationFeed implements ChangeFeed {

  private static final Logger LOG = System.getLogger("org.kyneta.postgres");

  private static final int POLL_MILLIS = 250;
  private static final Duration TIME_TO_HEAR = Duration.ofSeconds(5);
  private static final Duration UNTIL_SIGN_OF_LIFE = Duration.ofSeconds(5);
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(15);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final int MOST_DOUBLINGS = 6;

  private final String self = HexFormat.of().toHexDigits(new SecureRandom().nextLong());
  private final CountDownLatch closed = new CountDownLatch(1);
  private final DataSource source;
  private final Transactions transactions;
  private final String channel;
  private final Listener listener;
  private final NoticeSender sender;
  private final Thread thread;
  private @Nullable Connection first;
  private long heardNanos;
  private long signNanos;
  private boolean auto;

  private NotificationFeed(
      DataSource source, Transactions transactions, String channel, Listener listener) {
    this.source = source;
    this.transactions = transactions;
    this.channel = channel;
    this.listener = listener;
    this.sender = new NoticeSender(transactions, channel, self);
    this.thread = Thread.ofPlatform().daemon().name("kyneta-listen").unstarted(this::run);
  }

  /**
   * Opens a feed.
   *
   * @param source gives the connection to listen on
   * @param transactions notify
   * @param schema names the tables that it is about
   * @throws StorageException if it cannot hear itself
   */
  static NotificationFeed open(
      DataSource source, Transactions transactions, Schema schema, Listener listener) {
    String tables =
        transactions.read(
            attempt -> Catalog.schemaOf(attempt.connection(), schema.codec().tables()));
    String name = tables + '\0' + schema.codec().tables().recordsName();
    String channel = "kyneta_" + HexFormat.of().toHexDigits(Hashes.first8Bytes(name));
    NotificationFeed feed = new NotificationFeed(source, transactions, channel, listener);
    feed.first = feed.connect();
    feed.thread.start();
    feed.sender.start();
    return feed;
  }

  @Override
  public void publish(String docId, Position position) {
    sender.publish(docId, position);
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  private void run() {
    Connection connection = first;
    first = null;
    while (!isClosed()) {
      try {
        if (connection == null) {
          connection = reconnect();
          if (connection != null) {
            listener.mayHaveMissed();
          }
        } else {
          listen(connection);
        }
      } catch (SQLException | RuntimeException | Error e) {
        // Whatever it was, the listener's own failure included, others must be heard again.
        if (connection != null) {
          abandon(connection);
          connection = null;
        }
        if (!isClosed()) {
          LOG.log(
              Level.WARNING,
              "the connection that tells what others write is lost, and taken up again: {0}",
              e.getMessage());
          pause(FIRST_PAUSE);
        }
      }
    }
    if (connection != null) {
      giveBack(connection);
    }
  }

  /** Connects again, however long it takes; returns null if the feed is closed meanwhile. */
  private @Nullable Connection reconnect() {
    int failures = 0;
    while (!isClosed()) {
      try {
        Connection connection = connect();
        LOG.log(Level.INFO, "what others write is heard again");
        return connection;
      } catch (RuntimeException e) {
        LOG.log(
            failures == 0 ? Level.WARNING : Level.DEBUG,
            "what others write cannot be heard yet: {0}",
            e.getMessage());
        pause(FIRST_PAUSE.multipliedBy(1L << Math.min(failures++, MOST_DOUBLINGS)));
      }
    }
    return null;
  }

  private void pause(Duration time) {
    try {
      var unused = closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closed.countDown();
    }
  }

  /** Returns a connection that listens, and was seen to hear what another one says. */
  private Connection connect() {
    boolean sound = false;
    Connection connection = null;
    try {
      connection = source.getConnection();
      auto = connection.getAutoCommit();
      connection.setAutoCommit(true);
      try (Statement statement = connection.createStatement()) {
        statement.execute("LISTEN " + channel);
      }
      NoticeSender.send(transactions, channel, new Notices(self, true, Map.of()).texts());
      requireToHearItself(connection);
      sound = true;
      return connection;
    } catch (SQLException e) {
      throw Failures.unconnected(e);
    } finally {
      if (!sound && connection != null) {
        abandon(connection);
      }
    }
  }

  private void requireToHearItself(Connection connection) throws SQLException {
    long start = System.nanoTime();
    heardNanos = start - 1;
    signNanos = start;
    while (heardNanos < start) {
      if (System.nanoTime() - start > TIME_TO_HEAR.toNanos()) {
        throw new StorageException(
            "expected a notification of its own within %d seconds, found none: LISTEN needs a connection that keeps its session, and a pooler that gives each transaction another one, such as PgBouncer with pool_mode = transaction, is none; give the store a source of connections to the server itself"
                .formatted(TIME_TO_HEAR.toSeconds()),
            null);
      }
      hear(connection);
    }
  }

  private void listen(Connection connection) throws SQLException {
    hear(connection);
    long now = System.nanoTime();
    if (now - heardNanos > LONGEST_SILENCE.toNanos()) {
      throw new SQLException("nothing was heard for " + LONGEST_SILENCE.toSeconds() + " seconds");
    }
    if (now - Math.max(heardNanos, signNanos) > UNTIL_SIGN_OF_LIFE.toNanos()) {
      signNanos = now;
      sender.giveSignOfLife();
    }
  }

  private void hear(Connection connection) throws SQLException {
    PGNotification[] heard = connection.unwrap(PGConnection.class).getNotifications(POLL_MILLIS);
    if (heard != null && heard.length > 0) {
      heardNanos = System.nanoTime();
      List.of(heard).forEach(this::take);
    }
  }

  private void take(PGNotification notification) {
    if (!notification.getName().equals(channel)) {
      return;
    }
    Optional<Notices> read = Notices.read(notification.getParameter());
    if (read.isPresent() && read.get().sender().equals(self)) {
      return;
    }
    read.ifPresent(notices -> notices.reached().forEach(listener::changed));
    if (read.isEmpty() || !read.get().isComplete()) {
      listener.mayHaveMissed();
    }
  }

  private static void abandon(Connection connection) {
    try (connection) {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      // It is no use to anybody any more.
      return;
    }
  }

  private void giveBack(Connection connection) {
    try (connection;
        Statement statement = connection.createStatement()) {
      statement.execute("UNLISTEN *");
      connection.setAutoCommit(auto);
    } catch (SQLException e) {
      // Nothing is listened to on a connection that has ended.
      return;
    }
  }

  @Override
  public void close() {
    if (isClosed()) {
      return;
    }
    sender.close();
    closed.countDown();
    try {
      thread.join(TIME_TO_HEAR);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
