package org.kyneta.relay.replica;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The structs and deletions of a Yjs document, unintegrated: which structs there are follows from
 * their ids alone, so that nothing needs to be known of where in the document they stand.
 */
final class YjsDocument {

  // The higher client first, as Yjs writes them.
  private final TreeMap<Long, YjsLog> logs = new TreeMap<>(Comparator.reverseOrder());
  private final TreeMap<Long, YjsPending> pending = new TreeMap<>(Comparator.reverseOrder());
  private final YjsDeletions deletions = new YjsDeletions();

  YjsDeletions deletions() {
    return deletions;
  }

  boolean isEmpty() {
    return logs.isEmpty() && pending.isEmpty() && deletions.isEmpty();
  }

  /** Returns the clock up to which everything of a client is here. */
  long end(long client) {
    YjsLog log = logs.get(client);
    return log == null ? 0 : log.end();
  }

  YjsLog logOf(long client) {
    return logs.computeIfAbsent(client, YjsLog::new);
  }

  @Nullable YjsPending pendingOf(long client) {
    return pending.get(client);
  }

  YjsPending addPending(long client) {
    return pending.computeIfAbsent(client, absent -> new YjsPending());
  }

  /** Moves what a log's growth has made part of it. */
  void drain(YjsLog log) {
    YjsPending waiting = pending.get(log.client());
    if (waiting != null) {
      waiting.drainTo(log);
      if (waiting.isEmpty()) {
        pending.remove(log.client());
      }
    }
  }

  /** Returns whether there are structs that wait for others. */
  boolean isWaiting() {
    return !pending.isEmpty();
  }

  /** Returns about how many bytes of memory those structs take that wait for others. */
  long pendingFootprint() {
    long sum = 0;
    for (YjsPending waiting : pending.values()) {
      sum += waiting.footprint();
    }
    return sum;
  }

  /** Returns the logs, the higher client first. */
  Iterable<YjsLog> logs() {
    return logs.values();
  }

  int logCount() {
    return logs.size();
  }

  /**
   * Returns the structs that somebody with a state vector lacks, waiting ones included, as updates
   * that follow each other; all of them but the last are of the size that is allowed.
   *
   * @param most about how many bytes an update may have
   */
  List<YjsUpdateWriter> since(Map<Long, Long> vector, long most) {
    List<YjsUpdateWriter> updates = new ArrayList<>();
    updates.add(new YjsUpdateWriter());
    TreeMap<Long, Object> clients = new TreeMap<>(Comparator.reverseOrder());
    clients.putAll(logs);
    clients.putAll(pending);
    for (long client : clients.keySet()) {
      addSince(client, vector.getOrDefault(client, 0L), most, updates);
    }
    return updates;
  }

  private void addSince(long client, long vector, long most, List<YjsUpdateWriter> updates) {
    long from = vector;
    YjsSection section = new YjsSection(client);
    YjsLog log = logs.get(client);
    while (log != null && log.end() > from) {
      if (updates.getLast().size() >= most) {
        updates.add(new YjsUpdateWriter());
      }
      long to = log.partEnd(from, most - updates.getLast().size());
      log.write(from, to, section);
      from = to;
      if (from < log.end()) {
        // A client has but one section in an update.
        updates.getLast().add(section);
        updates.add(new YjsUpdateWriter());
        section = new YjsSection(client);
      }
    }
    YjsPending waiting = pending.get(client);
    if (waiting != null) {
      waiting.writeSince(vector, section);
    }
    updates.getLast().add(section);
  }

  long footprint() {
    long sum = 200 + deletions.footprint();
    for (YjsLog log : logs.values()) {
      sum += 60 + log.footprint();
    }
    for (YjsPending waiting : pending.values()) {
      sum += 60 + waiting.footprint();
    }
    return sum;
  }
}
