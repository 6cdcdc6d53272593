package org.kyneta.cli;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.kyneta.store.JsonValue;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Text;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;
import org.kyneta.store.StoreRecord.Meta;

/**
 * A SHA-256 over documents and their records, whatever the format in which they are kept: metadata
 * counts as its JSON text with the sync mode under its newer name, and every part with its length,
 * so that two different sequences cannot look alike.
 */
final class StreamDigest {

  private final MessageDigest sha;
  private final ByteBuffer length = ByteBuffer.allocate(1 + Long.BYTES);

  StreamDigest() {
    try {
      this.sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Adds the next document; its records follow. */
  void document(String docId) {
    text('d', docId);
  }

  /** Adds the next record of the document. */
  void record(StoreRecord record) {
    switch (record) {
      case Meta(StoreMeta meta) -> part('m', meta.toString().getBytes(StandardCharsets.UTF_8));
      case Entry(Payload payload, String version) -> {
        text('v', version);
        text('k', payload.kind().jsonName());
        text('e', payload.encoding().jsonName());
        switch (payload.data()) {
          case Text(String text) -> text('t', text);
          case Bytes(byte[] bytes) -> part('b', bytes);
        }
        String lineage = payload.lineage();
        if (lineage != null) {
          text('l', lineage);
        }
      }
    }
  }

  /** UTF-8 has no place for unpaired surrogates: quoted as JSON a text keeps them. */
  private void text(char tag, String text) {
    part(tag, JsonValue.quote(text).getBytes(StandardCharsets.UTF_8));
  }

  private void part(char tag, byte[] bytes) {
    length.clear();
    length.put((byte) tag).putLong(bytes.length);
    sha.update(length.array());
    sha.update(bytes);
  }

  /** Returns the digest of what was added so far, in hex. */
  String hex() {
    try {
      return HexFormat.of().formatHex(((MessageDigest) sha.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("the platform's SHA-256 can be cloned", e);
    }
  }
}
