package org.kyneta.store;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.ref.Cleaner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Finds what was opened and never closed: cursors that hold a connection, stores, and connections.
 * Each is reported once, with the stack of the call that opened it, when it is collected as garbage
 * or when what it belongs to is closed under it.
 *
 * <p>It is off, and costs nothing, unless the system property {@value #PROPERTY} is {@code true}
 * when this class is loaded. Then whatever is opened keeps its stack, which takes some microseconds
 * each time. Reports go to the logger {@code org.kyneta.leaks} as warnings, and to {@link
 * #takeReports()}.
 *
 * <p>A back end calls {@link #watch} for whatever its callers have to close. All methods may be
 * called by any thread.
 */
public final class LeakDetector {

  /** The system property that turns the detector on. */
  public static final String PROPERTY = "kyneta.leakDetector";

  private static final boolean ON = Boolean.getBoolean(PROPERTY);
  private static final Logger LOG = System.getLogger("org.kyneta.leaks");

  /** A program that leaks for weeks must not fill the memory with what is said about it. */
  private static final int MOST_REPORTS = 1_000;

  private static final ReentrantLock LOCK = new ReentrantLock();
  private static final Condition CLOSED = LOCK.newCondition();
  private static final Set<Watch> OPEN = new LinkedHashSet<>();
  private static final List<Leak> REPORTS = new ArrayList<>();
  private static boolean paused;

  private LeakDetector() {}

  /** Has a thread, which is not for those who watch nothing. */
  private static final class Garbage {
    static final Cleaner CLEANER = Cleaner.create();
  }

  /**
   * One thing that was not closed.
   *
   * @param what what it is, such as {@code cursor} or {@code SQLite connection notes.db}
   * @param how how that was found
   * @param openedAt a throwable whose stack is that of the call that opened it
   */
  public record Leak(String what, How how, Throwable openedAt) {

    @Override
    public String toString() {
      return what + " " + how.text;
    }
  }

  /** How a leak was found. */
  public enum How {
    /** It is still open. */
    OPEN("is still open"),
    /** It was collected as garbage. */
    FORGOTTEN("was forgotten before it was closed"),
    /** What it belongs to was closed under it. */
    OUTLIVED("was open when its store was closed");

    private final String text;

    How(String text) {
      this.text = text;
    }
  }

  /** Returns whether anything is watched. */
  public static boolean isOn() {
    return ON;
  }

  /**
   * Watches something that its finder reports: {@link Watch#forgotten()} is the caller's to call.
   *
   * @param what what it is, as in {@link Leak#what()}
   */
  public static Watch watch(String what) {
    return ON ? begin(what) : Watch.NONE;
  }

  /**
   * Watches an object until {@link Watch#closed()}, or until it is garbage.
   *
   * @param resource the object, which must not be reachable from anything but its users
   * @param what what it is, as in {@link Leak#what()}
   */
  public static Watch watch(Object resource, String what) {
    if (!ON) {
      return Watch.NONE;
    }
    Watch watch = begin(what);
    Garbage.CLEANER.register(resource, watch::forgotten);
    return watch;
  }

  private static Watch begin(String what) {
    Watch watch = new Watch(what, new Throwable(what + " was opened here"));
    LOCK.lock();
    try {
      if (paused) {
        return Watch.NONE;
      }
      OPEN.add(watch);
      return watch;
    } finally {
      LOCK.unlock();
    }
  }

  /**
   * Has what is opened from now on not be watched, or watched again: for tests that leak on
   * purpose.
   *
   * @param pause whether to pause
   */
  public static void pause(boolean pause) {
    LOCK.lock();
    try {
      paused = pause;
    } finally {
      LOCK.unlock();
    }
  }

  /** Returns the reports that nobody has taken, at most 1,000 of them, and forgets them. */
  public static List<Leak> takeReports() {
    LOCK.lock();
    try {
      List<Leak> taken = List.copyOf(REPORTS);
      REPORTS.clear();
      return taken;
    } finally {
      LOCK.unlock();
    }
  }

  /**
   * Waits until all that is watched has been closed.
   *
   * @param patience for how long
   * @return what is open all the same, in the order in which it was opened; it is not watched any
   *     more
   * @throws InterruptedException if the thread was interrupted
   */
  public static List<Leak> awaitAllClosed(Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    LOCK.lock();
    try {
      while (!OPEN.isEmpty() && left > 0) {
        left = CLOSED.awaitNanos(left);
      }
      List<Leak> open = OPEN.stream().map(watch -> watch.leak(How.OPEN)).toList();
      OPEN.clear();
      return open;
    } finally {
      LOCK.unlock();
    }
  }

  /** What is watched. Only the first call to one of its methods has an effect. */
  public static final class Watch {

    /** Watches nothing. */
    public static final Watch NONE = new Watch("nothing", new Throwable());

    private final String what;
    private final Throwable openedAt;

    private Watch(String what, Throwable openedAt) {
      this.what = what;
      this.openedAt = openedAt;
    }

    /** Returns whether it is watched and open. */
    public boolean isOpen() {
      LOCK.lock();
      try {
        return OPEN.contains(this);
      } finally {
        LOCK.unlock();
      }
    }

    /** Says that it was closed, or holds nothing any more. */
    public void closed() {
      end();
    }

    /** Says that it was not closed before what it belongs to was. */
    public void outlived() {
      report(How.OUTLIVED);
    }

    /** Says that it became garbage before it was closed. */
    public void forgotten() {
      report(How.FORGOTTEN);
    }

    private boolean end() {
      if (this == NONE) {
        return false;
      }
      LOCK.lock();
      try {
        boolean wasOpen = OPEN.remove(this);
        if (OPEN.isEmpty()) {
          CLOSED.signalAll();
        }
        return wasOpen;
      } finally {
        LOCK.unlock();
      }
    }

    private void report(How how) {
      Leak leak = leak(how);
      LOCK.lock();
      try {
        if (!end()) {
          return;
        }
        if (REPORTS.size() < MOST_REPORTS) {
          REPORTS.add(leak);
        }
      } finally {
        LOCK.unlock();
      }
      LOG.log(Level.WARNING, leak::toString, openedAt);
    }

    private Leak leak(How how) {
      return new Leak(what, how, openedAt);
    }
  }
}
