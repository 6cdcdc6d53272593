package org.kyneta.relay.wire;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.wire.WireException.Reason;

/** What a peer's aliases stand for. Documents and schema hashes are numbered apart. */
final class InboundAliases {

  /** About what an entry takes beside its text. */
  private static final int ENTRY_BYTES = 100;

  private final Map<Long, String> documents = new HashMap<>();
  private final Map<Long, String> schemaHashes = new HashMap<>();
  private final int limit;
  private long bytes;

  InboundAliases(int limit) {
    this.limit = limit;
  }

  void learnDocument(long alias, String docId) throws WireException {
    learn(documents, alias, docId);
  }

  void learnSchemaHash(long alias, String schemaHash) throws WireException {
    learn(schemaHashes, alias, schemaHash);
  }

  /** Returns about how many bytes of memory the names take. */
  long bytes() {
    return bytes;
  }

  void clear() {
    documents.clear();
    schemaHashes.clear();
    bytes = 0;
  }

  String document(long alias) throws WireException {
    return known(documents.get(alias), "document", alias);
  }

  String schemaHash(long alias) throws WireException {
    return known(schemaHashes.get(alias), "schema hash", alias);
  }

  /** A name that is announced anew takes the old one's place, as its sender means it to. */
  private void learn(Map<Long, String> names, long alias, String name) throws WireException {
    String before = names.get(alias);
    if (name.equals(before)) {
      return;
    }
    long more = before == null ? ENTRY_BYTES + name.length() : name.length() - before.length();
    if (bytes + more > limit) {
      throw new WireException(
          Reason.LIMIT, "present: expected aliases of at most " + limit + " bytes, found more");
    }
    bytes += more;
    names.put(alias, name);
  }

  private static String known(@Nullable String name, String what, long alias) throws WireException {
    if (name == null) {
      throw new WireException(
          Reason.ALIAS, what + ": expected an alias that was announced, found " + alias);
    }
    return name;
  }
}
