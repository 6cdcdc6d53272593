package org.kyneta.relay.wire;

import static org.kyneta.relay.wire.MessageReader.require;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.wire.Message.Document;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.relay.wire.WireException.Reason;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.SyncMode;

/** Reads an announcement of documents, and learns the aliases that it gives. */
final class PresentReader {

  private static final long NONE = -1;

  private final InboundAliases aliases;
  private @Nullable String docId;
  private long alias = NONE;
  private @Nullable ReplicaType type;
  private @Nullable SyncMode mode;
  private @Nullable String schemaHash;
  private long schemaAlias = NONE;
  private long givenSchemaAlias = NONE;
  private @Nullable Set<String> supported;

  private PresentReader(InboundAliases aliases) {
    this.aliases = aliases;
  }

  static Present read(CborReader in, InboundAliases aliases) throws WireException {
    List<Document> documents = null;
    CborMap map = in.map();
    for (int key = map.next(); key != Key.END; key = map.next()) {
      if (key == Key.DOCS) {
        documents = documents(in, aliases);
      } else {
        in.skip();
      }
    }
    return new Present(require(documents, "present", "docs"));
  }

  private static List<Document> documents(CborReader in, InboundAliases aliases)
      throws WireException {
    int count = in.array();
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      documents.add(new PresentReader(aliases).document(in));
    }
    return documents;
  }

  private Document document(CborReader in) throws WireException {
    CborMap map = in.map();
    for (int key = map.next(); key != Key.END; key = map.next()) {
      field(key, in);
    }
    String hash = resolvedHash();
    Set<String> hashes = supported == null ? Set.of(hash) : supported;
    hashes = hashes.contains(hash) ? hashes : with(hash, hashes);
    Document document =
        new Document(
            require(docId, "present", "d"),
            require(type, "present", "rt"),
            require(mode, "present", "ms"),
            hash,
            hashes);
    if (alias != NONE) {
      aliases.learnDocument(alias, document.docId());
    }
    if (schemaHash != null && givenSchemaAlias != NONE) {
      aliases.learnSchemaHash(givenSchemaAlias, schemaHash);
    }
    return document;
  }

  private void field(int key, CborReader in) throws WireException {
    switch (key) {
      case Key.D -> docId = in.text();
      case Key.A -> alias = in.unsigned();
      case Key.RT -> type = type(in);
      case Key.MS -> mode = mode(in);
      case Key.SH -> schemaHash = in.text();
      case Key.SHX -> schemaAlias = in.unsigned();
      case Key.SA -> givenSchemaAlias = in.unsigned();
      case Key.SHS -> supported = hashes(in);
      default -> in.skip();
    }
  }

  private String resolvedHash() throws WireException {
    if (schemaHash != null && schemaAlias != NONE) {
      throw new WireException(Reason.MESSAGE, "present: expected sh or shx, found both");
    }
    return schemaAlias == NONE
        ? require(schemaHash, "present", "sh or shx")
        : aliases.schemaHash(schemaAlias);
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

  private static Set<String> hashes(CborReader in) throws WireException {
    int count = in.array();
    Set<String> hashes = new LinkedHashSet<>();
    for (int i = 0; i < count; i++) {
      hashes.add(in.text());
    }
    return Collections.unmodifiableSet(hashes);
  }

  private static Set<String> with(String hash, Set<String> others) {
    Set<String> all = new LinkedHashSet<>(others);
    all.add(hash);
    return Collections.unmodifiableSet(all);
  }
}
