package org.kyneta.relay.replica;

import java.util.Arrays;

/**
 * What one client has made of a Yjs document, from its first tick on and without a gap: its structs
 * one after another as they are written in updates, so that most of an export is one copy.
 *
 * <p>A struct that continues the last one is joined with it: a keystroke then takes a byte, and not
 * an item. Every few hundred bytes a struct's place is noted, so that an export need not look
 * through the log from its beginning.
 */
final class YjsLog {

  /** Joined text stays short enough to be cut without much of a search. */
  private static final int LONGEST_JOINED = 1 << 14;

  private static final int NOTE_EVERY = 512;
  private static final int NONE = -1;

  private final long client;
  private final BinaryOutput bytes = new BinaryOutput();
  private int structs;
  private long end;

  private long[] notedClocks = {};
  private int[] notedPlaces = {};
  private int noted;

  // The last struct, as far as it matters for joining.
  private int lastKind = NONE;
  private long lastRightClient;
  private long lastRightClock;
  private int lastContent;
  private long lastNumber;

  YjsLog(long client) {
    this.client = client;
  }

  long client() {
    return client;
  }

  /** Returns the clock after the last struct. */
  long end() {
    return end;
  }

  /** Appends a struct without its first ticks, which are here already. */
  void append(YjsStruct struct, long offset) {
    if (offset > 0) {
      // What is left of it is joined as if it had come so, as it will be when it is read again.
      append(struct.rest(offset), 0);
      return;
    }
    if (continuesLast(struct)) {
      join(struct);
    } else {
      int place = bytes.size();
      note(place);
      struct.write(bytes, 0);
      structs++;
      remember(struct, place);
    }
    end = struct.endClock();
  }

  private boolean continuesLast(YjsStruct struct) {
    return struct.kind() == lastKind
        && struct.isJoinable()
        && struct.followsItsPredecessor()
        && struct.rightClient() == lastRightClient
        && struct.rightClock() == lastRightClock
        && (lastKind != YjsContent.STRING || lastNumber + struct.number() <= LONGEST_JOINED);
  }

  private void join(YjsStruct struct) {
    long number = lastNumber + struct.number();
    bytes.replaceUnsigned(lastContent, lastNumber, number);
    struct.writeBody(bytes);
    lastNumber = number;
  }

  private void remember(YjsStruct struct, int place) {
    lastKind = struct.isJoinable() ? struct.kind() : NONE;
    if (lastKind != NONE) {
      lastRightClient = struct.rightClient();
      lastRightClock = struct.rightClock();
      lastContent = place + struct.contentOffset();
      lastNumber = struct.number();
    }
  }

  private void note(int place) {
    if (noted > 0 && place - notedPlaces[2 * noted - 2] < NOTE_EVERY) {
      return;
    }
    if (noted == notedClocks.length) {
      notedClocks = Arrays.copyOf(notedClocks, noted + 1 + noted / 2);
      notedPlaces = Arrays.copyOf(notedPlaces, 2 * notedClocks.length);
    }
    notedClocks[noted] = end;
    notedPlaces[2 * noted] = place;
    notedPlaces[2 * noted + 1] = structs;
    noted++;
  }

  /**
   * Returns where a part of the log ends that begins at a clock below the end.
   *
   * @param most about how many bytes the part may have
   */
  long partEnd(long from, long most) {
    int first = noteBefore(from);
    long limit = notedPlaces[2 * first] + most;
    if (bytes.size() <= limit) {
      return end;
    }
    // At least the part up to the next note is taken, or there would be no progress.
    int next = first + 1;
    while (next + 1 < noted && notedPlaces[2 * next + 2] <= limit) {
      next++;
    }
    return next < noted ? notedClocks[next] : end;
  }

  /**
   * Adds to an update what the client has made from a clock on, which is below the end.
   *
   * @param to the end, or what {@link #partEnd} returned
   */
  void write(long from, long to, YjsSection section) {
    int at = noteBefore(from);
    int stop = to == end ? noted : noteBefore(to);
    int limit = stop == noted ? bytes.size() : notedPlaces[2 * stop];
    int ordinals = stop == noted ? structs : notedPlaces[2 * stop + 1];
    BinaryInput in = new BinaryInput(bytes.array(), notedPlaces[2 * at], limit);
    long clock = notedClocks[at];
    int ordinal = notedPlaces[2 * at + 1];
    if (clock < from) {
      YjsStruct struct = new YjsStruct();
      do {
        read(struct, in, clock);
        clock = struct.endClock();
        ordinal++;
      } while (clock < from);
      if (clock > from) {
        section.add(struct, from - struct.clock());
      }
    }
    section.addRun(clock, to, ordinals - ordinal, bytes.array(), in.position(), limit);
  }

  /** Returns the last note that is not beyond a clock. */
  private int noteBefore(long clock) {
    int found = Arrays.binarySearch(notedClocks, 0, noted, clock);
    return found >= 0 ? found : -found - 2;
  }

  private void read(YjsStruct struct, BinaryInput in, long clock) {
    try {
      struct.read(in, client, clock);
    } catch (UnreadableException e) {
      throw new IllegalStateException("the struct was read before", e);
    }
  }

  long footprint() {
    return 200 + bytes.capacity() + 16L * notedClocks.length;
  }
}
