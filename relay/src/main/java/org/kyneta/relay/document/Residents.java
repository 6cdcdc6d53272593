package org.kyneta.relay.document;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The documents whose content is in memory, in the order of their last use, and about how much
 * memory they take. Whoever has to go is asked to by a task, since only its own thread can.
 */
final class Residents {

  private final long limit;
  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashMap<Document, Resident> residents =
      new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);
  private long bytes;
  private long leaving;
  private long ticks;

  /**
   * Makes an empty one.
   *
   * @param limit about how many bytes may be in memory
   */
  Residents(long limit) {
    this.limit = limit;
  }

  private static final class Resident {
    long footprint;
    long lastUse;
    long lastNanos;
    boolean asked;
  }

  /** A document that is to go, and its last use as far as is known. */
  private record Leaver(Document document, long lastUse) {

    void ask() {
      document.post(new Task.Unload(lastUse));
    }
  }

  /** Notes that a document was used, and asks others to go if there is too much in memory. */
  void used(Document document, long footprint) {
    List<Leaver> leavers = new ArrayList<>(0);
    lock.lock();
    try {
      Resident resident = residents.computeIfAbsent(document, key -> new Resident());
      stay(resident);
      bytes += footprint - resident.footprint;
      resident.footprint = footprint;
      resident.lastUse = ++ticks;
      resident.lastNanos = System.nanoTime();
      if (bytes - leaving > limit) {
        chooseBySize(leavers);
      }
    } finally {
      lock.unlock();
    }
    leavers.forEach(Leaver::ask);
  }

  private void chooseBySize(List<Leaver> leavers) {
    Iterator<Map.Entry<Document, Resident>> eldest = residents.entrySet().iterator();
    while (bytes - leaving > limit && eldest.hasNext()) {
      choose(eldest.next(), leavers);
    }
  }

  private void choose(Map.Entry<Document, Resident> entry, List<Leaver> leavers) {
    Resident resident = entry.getValue();
    if (!resident.asked) {
      resident.asked = true;
      leaving += resident.footprint;
      leavers.add(new Leaver(entry.getKey(), resident.lastUse));
    }
  }

  private void stay(Resident resident) {
    if (resident.asked) {
      resident.asked = false;
      leaving -= resident.footprint;
    }
  }

  /** Asks all documents to go that have not been used for so long. */
  void askIdle(long nanos) {
    List<Leaver> leavers = new ArrayList<>();
    lock.lock();
    try {
      long now = System.nanoTime();
      for (Map.Entry<Document, Resident> entry : residents.entrySet()) {
        if (now - entry.getValue().lastNanos < nanos) {
          break;
        }
        choose(entry, leavers);
      }
    } finally {
      lock.unlock();
    }
    leavers.forEach(Leaver::ask);
  }

  /** Removes a document, if it was not used since; returns whether it was removed. */
  boolean remove(Document document, long lastUse) {
    lock.lock();
    try {
      Resident resident = residents.get(document);
      if (resident == null || resident.lastUse != lastUse) {
        return false;
      }
      stay(resident);
      bytes -= resident.footprint;
      residents.remove(document);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Removes a document. */
  void remove(Document document) {
    lock.lock();
    try {
      Resident resident = residents.remove(document);
      if (resident != null) {
        stay(resident);
        bytes -= resident.footprint;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns about how many bytes are in memory. */
  long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  /** Returns how many documents are in memory. */
  int count() {
    lock.lock();
    try {
      return residents.size();
    } finally {
      lock.unlock();
    }
  }
}
