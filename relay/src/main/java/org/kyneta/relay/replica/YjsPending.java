package org.kyneta.relay.replica;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Structs of one client that came before others which belong in front of them. */
final class YjsPending {

  /** What it takes to keep one struct, beside its bytes. */
  private static final int OVERHEAD = 150;

  private final TreeMap<Long, Waiting> waiting = new TreeMap<>();
  private long size;

  private record Waiting(byte[] bytes, long client, long clock, long end) {
    YjsStruct read() {
      YjsStruct struct = new YjsStruct();
      try {
        struct.read(new BinaryInput(bytes), client, clock);
      } catch (UnreadableException e) {
        throw new IllegalStateException("the struct was read before", e);
      }
      return struct;
    }
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Returns about how many bytes of memory a waiting struct takes. */
  static long footprintOf(YjsStruct struct) {
    return (long) struct.size() + OVERHEAD;
  }

  /** Whether all of a struct waits already. */
  boolean holds(YjsStruct struct) {
    long reached = struct.clock();
    while (reached < struct.endClock()) {
      Map.@Nullable Entry<Long, Waiting> entry = waiting.floorEntry(reached);
      if (entry == null || entry.getValue().end <= reached) {
        return false;
      }
      reached = entry.getValue().end;
    }
    return true;
  }

  void add(YjsStruct struct) {
    BinaryOutput copy = new BinaryOutput();
    struct.write(copy, 0);
    Waiting added =
        new Waiting(copy.toByteArray(), struct.client(), struct.clock(), struct.endClock());
    Waiting before = waiting.put(struct.clock(), added);
    size += added.bytes.length - (before == null ? 0 : before.bytes.length);
  }

  /** Moves what waits no longer to the end of the log. */
  void drainTo(YjsLog log) {
    while (!waiting.isEmpty() && waiting.firstKey() <= log.end()) {
      Waiting next = waiting.pollFirstEntry().getValue();
      size -= next.bytes.length;
      if (next.end > log.end()) {
        log.append(next.read(), log.end() - next.clock);
      }
    }
  }

  /** Appends to an update what waits and lies beyond a clock. */
  void writeSince(long from, YjsSection section) {
    for (Waiting next : waiting.values()) {
      if (next.end > from) {
        section.add(next.read(), Math.max(0, from - next.clock));
      }
    }
  }

  long footprint() {
    return size + (long) OVERHEAD * waiting.size();
  }
}
