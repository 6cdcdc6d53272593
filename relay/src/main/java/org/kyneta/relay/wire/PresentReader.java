package org.kyneta.relay.wire;

import static org.kyneta.relay.wire.MessageReader.require;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.kyneta.relay.wire.Message.Document;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.relay.wire.WireException.Reason;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.SyncMode;

/** Reads an announcement of documents, and learns the aliases that it gives. */
final class PresentReader {

  private static final long NONE = -1;

  private final InboundAliases aliases;
  private final int limit;
  private int found;

  PresentReader(InboundAliases aliases, int limit) {
    this.aliases = aliases;
    this.limit = limit;
  }

  Present read(CborReader in) throws WireException {
    List<Document> documents = null;
    CborMap map = in.map();
    for (int key = map.next(); key != Key.END; key = map.next()) {
      if (key == Key.DOCS) {
        documents = documents(in);
      } else {
        in.skip();
      }
    }
    return new Present(require(documents, "present", "docs"));
  }

  private List<Document> documents(CborReader in) throws WireException {
    int count = in.array();
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      countOne();
      documents.add(document(in));
    }
    return documents;
  }

  /** A few bytes of a message become many of memory: there must be an end to them. */
  private void countOne() throws WireException {
    found++;
    if (found > limit) {
      throw new WireException(
          Reason.LIMIT, "present: expected at most " + limit + " documents, found more");
    }
  }

  private Document document(CborReader in) throws WireException {
    String docId = null;
    long alias = NONE;
    ReplicaType type = null;
    SyncMode mode = null;
    String hash = null;
    long hashAlias = NONE;
    long givenHashAlias = NONE;
    Set<String> supported = new LinkedHashSet<>(2);
    CborMap map = in.map();
    for (int key = map.next(); key != Key.END; key = map.next()) {
      switch (key) {
        case Key.D -> docId = in.text();
        case Key.A -> alias = in.unsigned();
        case Key.RT -> type = type(in);
        case Key.MS -> mode = mode(in);
        case Key.SH -> hash = in.text();
        case Key.SHX -> hashAlias = in.unsigned();
        case Key.SA -> givenHashAlias = in.unsigned();
        case Key.SHS -> hashes(in, supported);
        default -> in.skip();
      }
    }
    if ((hash == null) == (hashAlias == NONE)) {
      throw new WireException(Reason.MESSAGE, "present: expected exactly one of sh and shx");
    }
    String resolved = hash == null ? aliases.schemaHash(hashAlias) : hash;
    supported.add(resolved);
    Document document =
        new Document(
            require(docId, "present", "d"),
            require(type, "present", "rt"),
            require(mode, "present", "ms"),
            resolved,
            supported);
    if (alias != NONE) {
      aliases.learnDocument(alias, document.docId());
    }
    if (hash != null && givenHashAlias != NONE) {
      aliases.learnSchemaHash(givenHashAlias, hash);
    }
    return document;
  }

  private static ReplicaType type(CborReader in) throws WireException {
    in.array(3);
    return new ReplicaType(in.text(), in.smallUnsigned(), in.smallUnsigned());
  }

  private static SyncMode mode(CborReader in) throws WireException {
    int number = in.smallUnsigned();
    return switch (number) {
      case 0 -> SyncMode.COLLABORATIVE;
      case 1 -> SyncMode.AUTHORITATIVE;
      case 2 -> SyncMode.EPHEMERAL;
      default ->
          throw new WireException(
              Reason.MESSAGE, "present: expected 0, 1 or 2 in ms, found " + number);
    };
  }

  private void hashes(CborReader in, Set<String> hashes) throws WireException {
    int count = in.array();
    for (int i = 0; i < count; i++) {
      countOne();
      hashes.add(in.text());
    }
  }
}
