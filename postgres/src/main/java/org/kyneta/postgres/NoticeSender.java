package org.kyneta.postgres;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.PreparedStatement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Position;

/**
 * Tells other feeds which documents were written to, by a thread of its own: the server lets one
 * transaction commit at a time that notifies, so what is written meanwhile is told together, and
 * never by the transaction that writes it.
 */
final class NoticeSender implements AutoCloseable {

  private static final Logger LOG = System.getLogger("org.kyneta.postgres");

  /** Beyond as many documents nothing but that is told. */
  private static final int MOST_WAITING = 65_536;

  private static final int MOST_DOCUMENTS_AT_ONCE = 4_096;
  private static final long RETRY_MILLIS = 500;
  private static final long FAREWELL_MILLIS = 2_000;

  private final Transactions transactions;
  private final String channel;
  private final String sender;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread thread;
  private LinkedHashMap<String, Position> waiting = new LinkedHashMap<>();
  private boolean complete = true;
  private boolean signOfLife;
  private boolean closed;
  private boolean failing;

  NoticeSender(Transactions transactions, String channel, String sender) {
    this.transactions = transactions;
    this.channel = channel;
    this.sender = sender;
    this.thread = Thread.ofPlatform().daemon().name("kyneta-notify").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  void publish(String docId, Position position) {
    lock.lock();
    try {
      add(docId, position);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void add(String docId, Position position) {
    if (waiting.size() >= MOST_WAITING) {
      waiting.clear();
      complete = false;
    }
    waiting.put(docId, position);
  }

  /** Has an empty notice sent, so that whoever listens can tell that it hears anything. */
  void giveSignOfLife() {
    lock.lock();
    try {
      signOfLife = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    Notices next = next();
    while (next != null) {
      if (!send(next) && !putBack(next)) {
        return;
      }
      next = next();
    }
  }

  /** Waits for something to tell; returns null when all is told and there will be no more. */
  private @Nullable Notices next() {
    lock.lock();
    try {
      while (waiting.isEmpty() && complete && !signOfLife) {
        if (closed) {
          return null;
        }
        changed.awaitUninterruptibly();
      }
      Notices notices = new Notices(sender, complete, take());
      complete = true;
      signOfLife = false;
      return notices;
    } finally {
      lock.unlock();
    }
  }

  private Map<String, Position> take() {
    Map<String, Position> taken = waiting;
    waiting = new LinkedHashMap<>();
    if (taken.size() > MOST_DOCUMENTS_AT_ONCE) {
      Map<String, Position> some = new LinkedHashMap<>();
      taken.forEach((docId, position) ->
          (some.size() < MOST_DOCUMENTS_AT_ONCE ? some : waiting).put(docId, position));
      return some;
    }
    return taken;
  }

  private boolean send(Notices notices) {
    try {
      send(transactions, channel, notices.texts());
      failing = false;
      return true;
    } catch (RuntimeException e) {
      LOG.log(
          failing ? Level.DEBUG : Level.WARNING,
          "what was written could not be told to others, which is tried again: {0}",
          e.getMessage());
      failing = true;
      return false;
    }
  }

  /** Notifies, in one transaction that does nothing else. */
  static void send(Transactions transactions, String channel, List<String> texts) {
    transactions.<@Nullable Void>read(attempt -> {
      try (PreparedStatement statement =
          attempt
              .connection()
              .prepareStatement("SELECT pg_notify(?, t) FROM unnest(?::text[]) AS t")) {
        statement.setString(1, channel);
        statement.setArray(2, attempt.connection().createArrayOf("text", texts.toArray()));
        statement.execute();
      }
      return null;
    });
  }

  /** Keeps what could not be told for later; returns false if there is no later. */
  private boolean putBack(Notices notices) {
    lock.lock();
    try {
      complete &= notices.isComplete();
      Map<String, Position> newer = waiting;
      waiting = new LinkedHashMap<>();
      notices.reached().forEach(this::add);
      newer.forEach(this::add);
      long left = TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS);
      while (!closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      return !closed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Tells what waits, unless that takes long, and ends. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    try {
      thread.join(FAREWELL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
