package org.kyneta.sqlite;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a small file says of itself must not make reading its pages take hours, or gigabytes. */
@Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
class HostileFilesTest {

  private static final int PAGE = 512;
  private static final int PAGES_FIELD = 28;
  private static final int FREE_LIST_FIELD = 32;

  @TempDir private Path directory;

  private static ByteBuffer pages(int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count * PAGE);
    bytes.put(0, "SQLite format 3\0".getBytes(US_ASCII));
    bytes.putShort(16, (short) PAGE);
    bytes.put(100, (byte) 13); // A leaf of the schema's table, without cells.
    return bytes;
  }

  private Path write(ByteBuffer pages) throws IOException {
    byte[] bytes = new byte[pages.capacity()];
    pages.get(0, bytes);
    return Files.write(directory.resolve("hostile.db"), bytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MAX_VALUE, -1, 1 << 30, 3})
  void aLogThatClaimsPagesWithoutEnd(int claimed) throws IOException {
    Path file = write(pages(2));
    Files.write(directory.resolve("hostile.db-wal"), log(1, claimed, pages(1)));
    try (DamagedFile opened = DamagedFile.open(file)) {
      assertThat(opened.notes()).isEmpty();
      FileCatalog catalog = new FileCatalog(opened);
      assertThat(catalog.tops()).isEmpty();
      assertThat(opened.page(1)).isNotNull();
      assertThat(opened.page(3)).isNull();
    }
  }

  /** Returns a log of one frame, whose checksums hold. */
  private static byte[] log(int page, int databasePages, ByteBuffer content) {
    ByteBuffer log = ByteBuffer.allocate(32 + 24 + PAGE);
    log.putInt(0x377f0683).putInt(3_007_000).putInt(PAGE).putInt(0).putInt(1).putInt(2);
    int[] sums = new int[2];
    add(sums, log, 0, 24);
    log.putInt(sums[0]).putInt(sums[1]);
    log.putInt(page).putInt(databasePages).putInt(1).putInt(2);
    log.put(56, content, 0, PAGE);
    add(sums, log, 32, 8);
    add(sums, log, 56, PAGE);
    log.putInt(sums[0]).putInt(sums[1]);
    return log.array();
  }

  private static void add(int[] sums, ByteBuffer bytes, int from, int length) {
    for (int i = from; i < from + length; i += 8) {
      sums[0] += bytes.getInt(i) + sums[1];
      sums[1] += bytes.getInt(i + 4) + sums[0];
    }
  }

  @Test
  void aFreeListOfPagesThatAreNotThere() throws IOException {
    ByteBuffer pages = pages(2);
    pages.putInt(PAGES_FIELD, Integer.MAX_VALUE);
    pages.putInt(FREE_LIST_FIELD, 2);
    pages.putInt(FREE_LIST_FIELD + 4, 3);
    pages.putInt(PAGE + 4, 2);
    pages.putInt(PAGE + 8, Integer.MAX_VALUE - 1);
    pages.putInt(PAGE + 12, Integer.MAX_VALUE);
    try (DamagedFile opened = DamagedFile.open(write(pages))) {
      FileCatalog catalog = new FileCatalog(opened);
      assertThat(catalog.isFreeListWhole()).isTrue();
      assertThat(catalog.isFree(2)).isTrue();
    }
    pages.putInt(PAGE + 12, Integer.MAX_VALUE - 1);
    try (DamagedFile opened = DamagedFile.open(write(pages))) {
      assertThat(new FileCatalog(opened).isFreeListWhole()).as("one page twice").isFalse();
    }
  }
}
