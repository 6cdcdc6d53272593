package org.kyneta.relay.replica;

/** The structs of one client in an update that is being written. */
final class YjsSection {

  private final long client;
  private final BinaryOutput structs = new BinaryOutput();
  private int count;
  private long first;
  private long end;

  YjsSection(long client) {
    this.client = client;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Returns about how many bytes the section takes. */
  int size() {
    return structs.size();
  }

  /** Adds a struct without its first ticks, leaving out what is here and marking a gap as such. */
  void add(YjsStruct struct, long offset) {
    long from = struct.clock() + offset;
    long here = count == 0 ? from : Math.max(from, end);
    if (here < struct.endClock()) {
      reach(here);
      struct.write(structs, here - struct.clock());
      count++;
      end = struct.endClock();
    }
  }

  /**
   * Adds structs that are written already.
   *
   * @param from the clock of the first, not below the end of what is here
   * @param to the clock after the last
   * @param added how many there are, perhaps none
   */
  void addRun(long from, long to, int added, byte[] bytes, int start, int stop) {
    if (added > 0) {
      reach(from);
      structs.write(bytes, start, stop);
      count += added;
      end = to;
    }
  }

  private void reach(long clock) {
    if (count == 0) {
      first = clock;
    } else if (clock > end) {
      structs.octet(YjsContent.SKIP).unsigned(clock - end);
      count++;
    }
  }

  void write(BinaryOutput out) {
    out.unsigned(count).unsigned(client).unsigned(first).write(structs);
  }
}
