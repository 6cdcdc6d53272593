package org.kyneta.relay.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The aliases that we have given. Documents and schema hashes are numbered apart, from 0. An alias
 * that was given for a message that then could not be sent is taken back: the peer has not heard of
 * it.
 */
final class OutboundAliases {

  private final SequencedMap<String, Integer> documents = new LinkedHashMap<>();
  private final SequencedMap<String, Integer> schemaHashes = new LinkedHashMap<>();
  private int announcedDocuments;
  private int announcedSchemaHashes;

  /** Keeps what was given: the message that announces it goes out. */
  void keep() {
    announcedDocuments = documents.size();
    announcedSchemaHashes = schemaHashes.size();
  }

  /** Takes back what was given since {@link #keep}. */
  void takeBack() {
    while (documents.size() > announcedDocuments) {
      documents.pollLastEntry();
    }
    while (schemaHashes.size() > announcedSchemaHashes) {
      schemaHashes.pollLastEntry();
    }
  }

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
