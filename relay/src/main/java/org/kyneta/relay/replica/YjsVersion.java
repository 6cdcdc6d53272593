package org.kyneta.relay.replica;

import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A version of a Yjs document: how far each client's ticks reach, and a proof of what is deleted,
 * since deletions take no ticks.
 *
 * @param vector the ticks, by client
 * @param proof the proof as text, or null where only the vector is known
 */
record YjsVersion(Map<Long, Long> vector, @Nullable String proof) {

  /**
   * A client that no document has, for offers that must not be taken for old: JavaScript drops an
   * offer whose version is not ahead, even though it may tell of deletions.
   */
  private static final long NOBODY = 0xffff_ffffL;

  /** Reads a version of either dialect, or a bare state vector. */
  static YjsVersion parse(String text) throws UnreadableException {
    int dot = text.indexOf('.');
    BinaryInput in = new BinaryInput(decode(dot < 0 ? text : text.substring(0, dot)));
    int clients = in.count(2);
    Map<Long, Long> vector = new HashMap<>();
    for (int i = 0; i < clients; i++) {
      vector.put(in.unsigned(), in.unsigned());
    }
    in.requireEnd();
    return new YjsVersion(vector, dot < 0 ? null : text.substring(dot + 1));
  }

  private static byte[] decode(String text) throws UnreadableException {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new UnreadableException(
          "expected a version that begins with a state vector in Base64, found something else");
    }
  }

  /** Returns the version of a document. */
  static String of(YjsDocument document, Dialect dialect) {
    return of(document, vectorOf(document, false), dialect);
  }

  /** Returns a version of a document that is not behind that of any other. */
  static String aheadOfAll(YjsDocument document, Dialect dialect) {
    return of(document, vectorOf(document, true), dialect);
  }

  private static String of(YjsDocument document, BinaryOutput vector, Dialect dialect) {
    return vector.toBase64() + '.' + proofOf(document, vector, dialect);
  }

  private static String proofOf(YjsDocument document, BinaryOutput vector, Dialect dialect) {
    return switch (dialect) {
      case V1 -> {
        BinaryOutput snapshot = new BinaryOutput();
        document.deletions().write(snapshot);
        yield snapshot.write(vector).toBase64();
      }
      case V3 -> document.deletions().hash().add(vector).toHex();
    };
  }

  private static BinaryOutput vectorOf(YjsDocument document, boolean ahead) {
    BinaryOutput out = new BinaryOutput();
    // The higher client comes first, and none is higher than this one.
    long nobody = document.end(NOBODY);
    out.unsigned(document.logCount() + (ahead && nobody == 0 ? 1 : 0));
    if (ahead) {
      out.unsigned(NOBODY).unsigned(nobody + 1);
    }
    for (YjsLog log : document.logs()) {
      if (!ahead || log.client() != NOBODY) {
        out.unsigned(log.client()).unsigned(log.end());
      }
    }
    return out;
  }

  /** Returns how far a client's ticks reach. */
  long end(long client) {
    return vector.getOrDefault(client, 0L);
  }

  /** Says how a document relates to this version. */
  Relation relationOf(YjsDocument document) {
    boolean ahead = false;
    int reached = 0;
    boolean behind = false;
    for (YjsLog log : document.logs()) {
      long end = end(log.client());
      ahead |= log.end() > end;
      behind |= log.end() < end;
      reached += end > 0 ? 1 : 0;
    }
    behind |= reached < clientCount(document);
    if (ahead || behind) {
      return ahead && behind ? Relation.CONCURRENT : ahead ? Relation.AHEAD : Relation.BEHIND;
    }
    return provesDeletionsOf(document) ? Relation.EQUAL : Relation.CONCURRENT;
  }

  /** Returns how many clients have ticks, without the one that no document has. */
  private int clientCount(YjsDocument document) {
    int count = 0;
    for (Map.Entry<Long, Long> entry : vector.entrySet()) {
      boolean nobody = entry.getKey() == NOBODY && document.end(NOBODY) == 0;
      count += entry.getValue() > 0 && !nobody ? 1 : 0;
    }
    return count;
  }

  private boolean provesDeletionsOf(YjsDocument document) {
    if (proof == null) {
      return false;
    }
    Dialect dialect = proof.matches("[0-9a-f]{32}") ? Dialect.V3 : Dialect.V1;
    return proof.equals(proofOf(document, vectorOf(document, false), dialect));
  }
}
