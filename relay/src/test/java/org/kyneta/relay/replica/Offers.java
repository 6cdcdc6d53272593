package org.kyneta.relay.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.StoreRecord.Entry;

/** Offers of binary payloads, made and looked into. */
final class Offers {

  private Offers() {}

  static Entry offer(byte[] payload) {
    return offer(payload, "");
  }

  static Entry offer(byte[] payload, String version) {
    return new Entry(Payload.binary(Kind.SINCE, payload), version);
  }

  static Entry offer(String hex) {
    return offer(HexFormat.of().parseHex(hex));
  }

  static byte[] bytes(Entry entry) {
    assertThat(entry.payload().data()).isInstanceOf(Bytes.class);
    return ((Bytes) entry.payload().data()).bytes();
  }

  static String hex(Entry entry) {
    return HexFormat.of().formatHex(bytes(entry));
  }
}
