package org.kyneta.relay.document;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.replica.Replicas;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.store.StoreMeta;

/** What peers are told about one document that exists. Made by its thread, and read by all. */
final class Announcement {

  private final String docId;
  private final Content content;
  private volatile Message.@Nullable Document made;

  Announcement(String docId, Content content) {
    this.docId = docId;
    this.content = content;
  }

  /** Returns what peers are told, or null while the document is empty. */
  Message.@Nullable Document get() {
    return made;
  }

  /** Has peers told that the document exists, but for some, once it has content in the store. */
  void make(Announcer announcer, Participants knowing) {
    if (made == null && content.isStored() && content.meta() != null) {
      Message.Document document = document();
      made = document;
      announcer.add(document, knowing.all());
    }
  }

  /** Returns whether a peer is told about a document. */
  static boolean isFor(Peer peer, Message.Document document) {
    return peer.dialect() == Replicas.dialect(document.schemaHash())
        && peer.maySee(document.docId());
  }

  /** Returns the message that tells of the document, whose metadata must be known. */
  Present present() {
    return new Present(List.of(document()));
  }

  private Message.Document document() {
    StoreMeta meta = Objects.requireNonNull(content.meta());
    String hash = meta.schemaHash();
    return new Message.Document(docId, meta.replicaType(), meta.syncMode(), hash, Set.of(hash));
  }
}
