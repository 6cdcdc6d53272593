package org.kyneta.relay.wire;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.wire.WireException.Reason;

/** A map that is being read: gives one key after the other, and none twice. */
final class CborMap {

  /** How many unknown keys are kept in mind. */
  private static final int MOST_OTHERS = 4096;

  private final CborReader in;
  private int remaining;
  private int seen;
  private @Nullable Set<String> others;

  CborMap(CborReader in, int size) {
    this.in = in;
    this.remaining = size;
  }

  /** Reads the next key; the caller reads the value, or skips it, before asking again. */
  int next() throws WireException {
    if (remaining == 0) {
      return Key.END;
    }
    remaining--;
    int start = in.position();
    int key = in.key();
    boolean isNew;
    if (key == Key.OTHER) {
      isNew = remember(in.textUpTo(start));
    } else {
      isNew = (seen & (1 << key)) == 0;
      seen |= 1 << key;
    }
    if (!isNew) {
      in.position(start);
      throw in.broken("expected every key once, found one twice");
    }
    return key;
  }

  private boolean remember(String key) throws WireException {
    Set<String> set = others;
    if (set != null && set.size() == MOST_OTHERS) {
      throw new WireException(
          Reason.LIMIT, "CBOR: expected at most " + MOST_OTHERS + " unknown keys, found more");
    }
    if (set == null) {
      set = new HashSet<>();
      others = set;
    }
    return set.add(key);
  }
}
