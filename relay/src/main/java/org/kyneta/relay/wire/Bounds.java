package org.kyneta.relay.wire;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.kyneta.store.DocIds;

/** How long the texts of messages may be. */
final class Bounds {

  static final int DOC_ID = 512;
  static final int SCHEMA_HASH = 256;
  static final int PEER_ID = 1024;
  static final int PEER_NAME = 1024;
  static final int TYPE_NAME = 256;

  private Bounds() {}

  static void check(String text, int bytes, String what) {
    requireWellFormed(text, what);
    // A code unit takes three bytes at most: few texts need counting.
    if (text.length() > bytes / 3) {
      long found = DocIds.utf8Length(text);
      if (found > bytes) {
        throw new IllegalArgumentException(
            what + ": expected at most " + bytes + " bytes of UTF-8, found " + found);
      }
    }
  }

  private static void requireWellFormed(String text, String what) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        // Rare enough to begin again.
        if (!DocIds.isWellFormed(text)) {
          throw new IllegalArgumentException(
              what + ": expected Unicode, found an unpaired surrogate");
        }
        return;
      }
    }
  }

  /** Checks a document's schema hashes and returns them, the order kept. */
  static Set<String> hashes(String schemaHash, Set<String> supported) {
    check(schemaHash, SCHEMA_HASH, "schema hash");
    if (supported.size() == 1 && supported.contains(schemaHash)) {
      return Set.of(schemaHash);
    }
    if (!supported.contains(schemaHash)) {
      throw new IllegalArgumentException(
          "supported schema hashes: expected that of the document among them, found others");
    }
    for (String hash : supported) {
      check(hash, SCHEMA_HASH, "schema hash");
    }
    return Collections.unmodifiableSet(new LinkedHashSet<>(supported));
  }
}
