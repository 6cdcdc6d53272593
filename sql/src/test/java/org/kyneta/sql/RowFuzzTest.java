package org.kyneta.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.CorruptDataException;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;
import org.kyneta.store.StoreRecord.Meta;

/**
 * Whatever stands in a row comes out as a record or is refused, and no other exception. In a build
 * this runs over the inputs that lie beside it; with {@code JAZZER_FUZZ=1} in the environment it
 * looks for new ones.
 */
final class RowFuzzTest {

  private static final String DOC = "doc";

  /**
   * The first byte is the format (bit 0), the kind (bits 1 and 2), and whether there is a blob (bit
   * 3), which then follows the first NUL.
   */
  @FuzzTest(maxDuration = "10m")
  void whateverStandsInARowIsARecordOrIsRefused(byte[] input) {
    if (input.length == 0) {
      return;
    }
    RowCodec codec = new RowCodec((input[0] & 1) == 0 ? Format.V1 : Format.V2, TableNames.DEFAULT);
    String kind =
        switch (input[0] >> 1 & 3) {
          case 0 -> Row.META;
          case 1, 2 -> Row.ENTRY;
          default -> "else";
        };
    int end = 1;
    while (end < input.length && input[end] != 0) {
      end++;
    }
    byte[] payload = Arrays.copyOfRange(input, 1, end);
    byte[] blob =
        (input[0] & 8) == 0
            ? null
            : Arrays.copyOfRange(input, Math.min(end + 1, input.length), input.length);
    checkChecksum(kind, payload, blob);
    checkIndex(codec, payload);
    try {
      StoreRecord record = codec.decode(DOC, 1, kind, payload, blob);
      assertThat(kind).isNotEqualTo("else");
      checkWrittenAgain(codec, record);
      checkCanonical(record, payload, blob);
    } catch (CorruptDataException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  /** What is learnt digit by digit is what is computed at once. */
  private static void checkChecksum(String kind, byte[] payload, byte @Nullable [] blob) {
    Checksum checksum = new Checksum(DOC);
    long[] changes = checksum.changesBySeq(kind, payload, blob);
    long seq = 0x9abcdef1L;
    long expected = checksum.ofRecord(0, kind, payload, blob);
    for (int digit = 0; digit < Checksum.SEQ_DIGITS; digit++) {
      expected ^= changes[16 * digit + (int) (seq >> (4 * digit) & 15)];
    }
    assertThat(checksum.ofRecord(seq, kind, payload, blob)).isEqualTo(expected);
  }

  private static void checkIndex(RowCodec codec, byte[] data) {
    try {
      StoreMeta meta = codec.decodeIndex(DOC, data);
      assertThat(codec.decodeIndex(DOC, codec.encodeMeta(meta).getBytes(UTF_8))).isEqualTo(meta);
    } catch (CorruptDataException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static void checkWrittenAgain(RowCodec codec, StoreRecord record) {
    switch (record) {
      case Meta(StoreMeta meta) -> {
        byte[] text = codec.encodeMeta(meta).getBytes(UTF_8);
        assertThat(codec.decode(DOC, 1, Row.META, text, null)).isEqualTo(record);
      }
      case Entry entry -> {
        byte[] text = RowCodec.encodeEntry(entry).getBytes(UTF_8);
        byte[] blob = entry.payload().data() instanceof Bytes(byte[] bytes) ? bytes : null;
        assertThat(codec.decode(DOC, 1, Row.ENTRY, text, blob)).isEqualTo(record);
      }
    }
  }

  /** The two readers agree wherever both can read. */
  private static void checkCanonical(StoreRecord record, byte[] payload, byte @Nullable [] blob) {
    if (record instanceof Entry entry) {
      assertThat(RowCodec.decodeEntry(payload, blob)).isEqualTo(entry);
    }
  }
}
