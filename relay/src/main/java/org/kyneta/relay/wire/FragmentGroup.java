package org.kyneta.relay.wire;

import java.util.Arrays;
import java.util.BitSet;
import org.kyneta.relay.wire.Frame.Fragment;

/**
 * A payload of which pieces have come. Pieces are kept one behind the other as they come, in an
 * array that grows with them and never beyond the payload's announced size: an announcement alone
 * takes no memory, and pieces that came in order are the payload.
 */
final class FragmentGroup {

  private final Fragment first;
  private long grewAt;
  private final BitSet seen = new BitSet();
  private byte[] bytes = new byte[0];
  private int size;

  /** For each piece, as they came: its index, and where it ends. */
  private int[] pieces = new int[8];

  private int count;
  private boolean inOrder = true;

  FragmentGroup(Fragment first) {
    this.first = first;
  }

  /** When the last piece came, by the clock that only measures. */
  long grewAt() {
    return grewAt;
  }

  int size() {
    return size;
  }

  boolean agreesWith(Fragment fragment) {
    return fragment.total() == first.total() && fragment.totalSize() == first.totalSize();
  }

  boolean has(int index) {
    return seen.get(index);
  }

  boolean hasRoomFor(int length) {
    return length <= first.totalSize() - size;
  }

  boolean isFull() {
    return count == first.total();
  }

  boolean isWhole() {
    return size == first.totalSize();
  }

  /** Takes a piece that is new and for which there is room. */
  void add(int index, byte[] source, int from, int to, long now) {
    grewAt = now;
    int length = to - from;
    if (bytes.length - size < length) {
      long doubled = Math.max(2L * bytes.length, size + length);
      bytes = Arrays.copyOf(bytes, (int) Math.min(doubled, first.totalSize()));
    }
    System.arraycopy(source, from, bytes, size, length);
    size += length;
    if (2 * count == pieces.length) {
      pieces = Arrays.copyOf(pieces, 2 * pieces.length);
    }
    pieces[2 * count] = index;
    pieces[2 * count + 1] = size;
    inOrder &= index == count;
    count++;
    seen.set(index);
  }

  /** Returns the payload of a group that is full and whole. */
  byte[] payload() {
    if (inOrder) {
      return bytes;
    }
    int[] arrival = new int[count];
    for (int i = 0; i < count; i++) {
      arrival[pieces[2 * i]] = i;
    }
    byte[] payload = new byte[size];
    int end = 0;
    for (int i : arrival) {
      int start = i == 0 ? 0 : pieces[2 * i - 1];
      int length = pieces[2 * i + 1] - start;
      System.arraycopy(bytes, start, payload, end, length);
      end += length;
    }
    return payload;
  }
}
