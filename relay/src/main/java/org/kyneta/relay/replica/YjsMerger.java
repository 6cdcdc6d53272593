package org.kyneta.relay.replica;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Merges an update that was read before into a document, and notes what the document learns. */
final class YjsMerger implements YjsVisitor {

  private final YjsDocument document;
  private final boolean noting;
  private final YjsUpdateWriter learnt = new YjsUpdateWriter();
  private final YjsDeletions learntDeletions = new YjsDeletions();
  private boolean gap;

  // The client whose structs or deletions are told.
  private long client;
  private @Nullable YjsLog log;
  private @Nullable YjsSection section;
  private long[] ranges = {};
  private int rangesSize;

  /**
   * Makes a merger.
   *
   * @param noting whether what is learnt is wanted
   */
  YjsMerger(YjsDocument document, boolean noting) {
    this.document = document;
    this.noting = noting;
  }

  /** Whether the document has learnt something. */
  boolean hasLearnt() {
    return learnt.hasStructs() || !learntDeletions.isEmpty();
  }

  /** Whether something has begun to wait for what belongs in front of it. */
  boolean hasGap() {
    return gap;
  }

  /** Returns what the document has learnt, as an update. */
  byte[] learnt() {
    return learnt.toByteArray(learntDeletions);
  }

  @Override
  public void client(long next, long clock, int count) {
    endClient();
    client = next;
    log = null;
    section = noting ? new YjsSection(next) : null;
  }

  @Override
  public void struct(YjsStruct struct) {
    if (struct.isSkip() || struct.length() == 0) {
      return;
    }
    long end = log == null ? document.end(client) : log.end();
    if (struct.clock() > end) {
      hold(struct);
    } else if (struct.endClock() > end) {
      append(struct, end - struct.clock());
    }
  }

  private void append(YjsStruct struct, long offset) {
    if (log == null) {
      log = document.logOf(client);
    }
    log.append(struct, offset);
    note(struct, offset);
    document.drain(log);
  }

  private void hold(YjsStruct struct) {
    YjsPending waiting = document.addPending(client);
    if (!waiting.holds(struct)) {
      waiting.add(struct);
      note(struct, 0);
      gap = true;
    }
  }

  private void note(YjsStruct struct, long offset) {
    if (section != null) {
      section.add(struct, offset);
    }
  }

  @Override
  public void deletions(long next, int count) {
    endClient();
    client = next;
  }

  @Override
  public void range(long from, long to) {
    if (rangesSize == ranges.length) {
      ranges = Arrays.copyOf(ranges, 2 + 2 * rangesSize);
    }
    ranges[rangesSize++] = from;
    ranges[rangesSize++] = to;
  }

  @Override
  public void end() {
    endClient();
  }

  private void endClient() {
    if (section != null) {
      learnt.add(section);
      section = null;
    }
    if (rangesSize > 0) {
      TickRanges added = document.deletions().add(client, TickRanges.of(ranges, rangesSize));
      rangesSize = 0;
      if (noting) {
        learntDeletions.add(client, added);
      }
    }
  }
}
