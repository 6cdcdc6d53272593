package org.kyneta.relay.replica;

import java.util.Comparator;
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

  /** Returns how many bytes of structs wait for others. */
  long pendingSize() {
    long sum = 0;
    for (YjsPending waiting : pending.values()) {
      sum += waiting.size();
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

  /** Returns the structs that somebody with a state vector lacks, waiting ones included. */
  YjsUpdateWriter since(Map<Long, Long> vector) {
    YjsUpdateWriter writer = new YjsUpdateWriter();
    TreeMap<Long, Object> clients = new TreeMap<>(Comparator.reverseOrder());
    clients.putAll(logs);
    clients.putAll(pending);
    for (long client : clients.keySet()) {
      writer.add(sectionSince(client, vector.getOrDefault(client, 0L)));
    }
    return writer;
  }

  private YjsSection sectionSince(long client, long from) {
    YjsSection section = new YjsSection(client);
    YjsLog log = logs.get(client);
    if (log != null && log.end() > from) {
      log.writeSince(from, section);
    }
    YjsPending waiting = pending.get(client);
    if (waiting != null) {
      waiting.writeSince(from, section);
    }
    return section;
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
