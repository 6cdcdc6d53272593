package org.kyneta.relay.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The aliases that we have given. Documents and schema hashes are numbered apart, from 0. An alias
 * that was given for a message that then could not be sent is taken back: the peer has not heard of
 * it. Only the first names are given one: others may have any number of documents announced to a
 * peer.
 */
final class OutboundAliases {

  /** How many documents, and how many schema hashes, are given one at most. */
  static final int MOST = 1_024;

  /** Returned for a name without one. */
  static final int NONE = -1;

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

  /** Returns a document's alias, giving it one if it has none; or {@link #NONE}. */
  int giveDocument(String docId) {
    return give(documents, docId);
  }

  /** Returns a schema hash's alias, giving it one if it has none; or {@link #NONE}. */
  int giveSchemaHash(String schemaHash) {
    return give(schemaHashes, schemaHash);
  }

  /** Returns a schema hash's alias, or {@link #NONE}. */
  int schemaHash(String schemaHash) {
    return schemaHashes.getOrDefault(schemaHash, NONE);
  }

  /** Returns a document's alias, or {@link #NONE}. */
  int document(String docId) {
    return documents.getOrDefault(docId, NONE);
  }

  private static int give(Map<String, Integer> aliases, String name) {
    Integer given = aliases.get(name);
    if (given != null) {
      return given;
    }
    int next = aliases.size();
    if (next >= MOST) {
      return NONE;
    }
    aliases.put(name, next);
    return next;
  }
}
