package org.kyneta.relay.wire;

import java.util.HashMap;
import java.util.Map;

/** The aliases that we have given. Documents and schema hashes are numbered apart, from 0. */
final class OutboundAliases {

  private final Map<String, Integer> documents = new HashMap<>();
  private final Map<String, Integer> schemaHashes = new HashMap<>();

  /** Returns a document's alias, giving it one if it has none. */
  int giveDocument(String docId) {
    return give(documents, docId);
  }

  /** Returns a schema hash's alias, giving it one if it has none. */
  int giveSchemaHash(String schemaHash) {
    return give(schemaHashes, schemaHash);
  }

  boolean hasSchemaHash(String schemaHash) {
    return schemaHashes.containsKey(schemaHash);
  }

  /** Returns a document's alias, or -1 if it has none. */
  int document(String docId) {
    return documents.getOrDefault(docId, -1);
  }

  private static int give(Map<String, Integer> aliases, String name) {
    Integer next = aliases.size();
    Integer given = aliases.putIfAbsent(name, next);
    return given == null ? next : given;
  }
}
