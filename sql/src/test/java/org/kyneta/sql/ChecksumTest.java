package org.kyneta.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksumTest {

  @Test
  void theSumIsTheOneOfTheFormat() throws IOException {
    byte[] payload = "{\"kind\":\"since\"}".getBytes(UTF_8);
    byte[] blob = {1, 2, 3};
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      text(out, "dé".getBytes(UTF_8));
      out.writeLong(258);
      text(out, "entry".getBytes(UTF_8));
      text(out, payload);
      text(out, blob);
    }
    assertThat(new Checksum("dé").ofRecord(258, Row.ENTRY, payload, blob))
        .isEqualTo(crc(bytes.toByteArray()));
  }

  @Test
  void nullIsNotAnEmptyBlob() throws IOException {
    Checksum checksum = new Checksum("d");
    byte[] payload = {};
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      text(out, "d".getBytes(UTF_8));
      out.writeLong(0);
      text(out, "meta".getBytes(UTF_8));
      text(out, payload);
      out.writeLong(-1);
    }
    assertThat(checksum.ofRecord(0, Row.META, payload, null)).isEqualTo(crc(bytes.toByteArray()));
    assertThat(checksum.ofRecord(0, Row.META, payload, new byte[0]))
        .isNotEqualTo(checksum.ofRecord(0, Row.META, payload, null));
  }

  @Test
  void theKnownVectorOfTheIndex() {
    // doc_id "" and data "": CRC-32C of sixteen zero bytes.
    assertThat(new Checksum("").ofMeta(new byte[0])).isEqualTo(crc(new byte[16]));
    CRC32C nineDigits = new CRC32C();
    nineDigits.update("123456789".getBytes(UTF_8));
    assertThat(nineDigits.getValue()).isEqualTo(0xE3069283L);
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        1,
        2,
        3,
        511,
        65_537,
        1_431_655_765,
        2_147_483_646,
        2_147_483_647,
        4_294_967_295L
      })
  void theSumFollowsFromTheOneOfNumberZeroAndTheDigitsOfTheNumber(long seq) {
    byte[] payload = "{\"kind\":\"since\"}".getBytes(UTF_8);
    for (byte[] blob : new byte[][] {null, {}, {1, 2, 3}}) {
      Checksum checksum = new Checksum("d\u00e9");
      long[] changes = checksum.changesBySeq(Row.ENTRY, payload, blob);
      long sum = checksum.ofRecord(0, Row.ENTRY, payload, blob);
      for (int digit = 0; digit < Checksum.SEQ_DIGITS; digit++) {
        sum ^= changes[16 * digit + (int) ((seq >> (4 * digit)) & 15)];
      }
      assertThat(sum).isEqualTo(checksum.ofRecord(seq, Row.ENTRY, payload, blob));
    }
  }

  /** Columns are put together up to some length: nothing may depend on where that ends. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 300, 494, 495, 496, 502, 503, 504, 2_000})
  void theSumDoesNotDependOnHowLongTheColumnsAre(int blobBytes) throws IOException {
    Checksum checksum = new Checksum("d".repeat(30));
    byte[] blob = filled(blobBytes);
    for (int payloadBytes = 0; payloadBytes < 540; payloadBytes++) {
      byte[] payload = filled(payloadBytes);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (DataOutputStream out = new DataOutputStream(bytes)) {
        text(out, "d".repeat(30).getBytes(UTF_8));
        out.writeLong(payloadBytes);
        text(out, "entry".getBytes(UTF_8));
        text(out, payload);
        text(out, blob);
      }
      assertThat(checksum.ofRecord(payloadBytes, Row.ENTRY, payload, blob))
          .as("payload of %d bytes", payloadBytes)
          .isEqualTo(crc(bytes.toByteArray()));
    }
  }

  private static byte[] filled(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + 7);
    }
    return bytes;
  }

  private static void text(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeLong(bytes.length);
    out.write(bytes);
  }

  private static long crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return crc.getValue();
  }
}
