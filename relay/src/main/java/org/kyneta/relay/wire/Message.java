package org.kyneta.relay.wire;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Payload;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.SyncMode;

/**
 * A message of the sync protocol with its aliases resolved: what is left when frames, CBOR and the
 * tables of a connection have done their part. Immutable.
 */
public sealed interface Message {

  /**
   * The first message of either side.
   *
   * @param peerId who speaks
   * @param name a name for people, or null
   * @param kind what speaks
   * @param aliases whether the speaker understands aliases
   * @param major the major version of the protocol
   * @param minor the minor version of the protocol
   */
  record Establish(
      String peerId, @Nullable String name, PeerKind kind, boolean aliases, int major, int minor)
      implements Message {

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException if {@code peerId} or {@code name} is longer than 1024 bytes
     *     of UTF-8 or has an unpaired surrogate, {@code major} is less than 1 or {@code minor} less
     *     than 0
     */
    public Establish {
      Bounds.check(peerId, Bounds.PEER_ID, "peer id");
      if (name != null) {
        Bounds.check(name, Bounds.PEER_NAME, "peer name");
      }
      if (major < 1 || minor < 0) {
        throw new IllegalArgumentException(
            "protocol version: expected [1,0] or above, found [" + major + "," + minor + "]");
      }
    }
  }

  /** What speaks. */
  enum PeerKind {
    /** A person's program. */
    USER,
    /** A program that acts on its own. */
    BOT,
    /** A server. */
    SERVICE
  }

  /** A farewell. */
  record Depart() implements Message {}

  /**
   * An announcement of documents.
   *
   * @param documents the documents, in their order
   */
  record Present(List<Document> documents) implements Message {

    /** Copies the list. */
    public Present {
      documents = List.copyOf(documents);
    }
  }

  /**
   * A document that is announced.
   *
   * @param docId its id
   * @param type its replica type
   * @param mode its sync mode
   * @param schemaHash the hash of its schema
   * @param supportedHashes all hashes that the speaker can read, {@code schemaHash} included
   */
  record Document(
      String docId,
      ReplicaType type,
      SyncMode mode,
      String schemaHash,
      Set<String> supportedHashes) {

    /**
     * Checks the components and copies the set, in its order.
     *
     * @throws IllegalArgumentException if {@code docId} is longer than 512 bytes of UTF-8, a schema
     *     hash or the type's name longer than 256, one of them has an unpaired surrogate, or {@code
     *     supportedHashes} lacks {@code schemaHash}
     */
    public Document {
      Bounds.check(docId, Bounds.DOC_ID, "document id");
      Bounds.check(type.name(), Bounds.TYPE_NAME, "replica type");
      supportedHashes = Bounds.hashes(schemaHash, supportedHashes);
    }
  }

  /**
   * A wish for a document's content.
   *
   * @param docId the document
   * @param version what the speaker has, or null for nothing
   * @param reciprocate whether the speaker wants to be asked in turn
   */
  record Interest(String docId, @Nullable String version, boolean reciprocate) implements Message {

    /**
     * Checks the document id.
     *
     * @throws IllegalArgumentException if it is longer than 512 bytes of UTF-8 or has an unpaired
     *     surrogate
     */
    public Interest {
      Bounds.check(docId, Bounds.DOC_ID, "document id");
    }
  }

  /**
   * Content of a document.
   *
   * @param docId the document
   * @param payload the content
   * @param version the speaker's version
   * @param reciprocate whether the speaker wants to be asked in turn
   */
  record Offer(String docId, Payload payload, String version, boolean reciprocate)
      implements Message {

    /**
     * Checks the document id.
     *
     * @throws IllegalArgumentException if it is longer than 512 bytes of UTF-8 or has an unpaired
     *     surrogate
     */
    public Offer {
      Bounds.check(docId, Bounds.DOC_ID, "document id");
    }
  }

  /**
   * The end of an interest.
   *
   * @param docId the document
   */
  record Dismiss(String docId) implements Message {

    /**
     * Checks the document id.
     *
     * @throws IllegalArgumentException if it is longer than 512 bytes of UTF-8 or has an unpaired
     *     surrogate
     */
    public Dismiss {
      Bounds.check(docId, Bounds.DOC_ID, "document id");
    }
  }

  /**
   * A refusal to hold a document.
   *
   * @param docId the document
   */
  record Vacant(String docId) implements Message {

    /**
     * Checks the document id.
     *
     * @throws IllegalArgumentException if it is longer than 512 bytes of UTF-8 or has an unpaired
     *     surrogate
     */
    public Vacant {
      Bounds.check(docId, Bounds.DOC_ID, "document id");
    }
  }
}
