package org.kyneta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Whatever a log holds, updates come out or it is refused. In a build this runs over the inputs
 * that lie beside it; with {@code JAZZER_FUZZ=1} in the environment it looks for new ones.
 */
final class UpdateLogFuzzTest {

  private static final int LONGEST = 1 << 16;

  @FuzzTest(maxDuration = "10m")
  void whateverALogHoldsAreUpdatesOrIsRefused(byte[] input) throws IOException {
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    DataOutputStream again = new DataOutputStream(copy);
    UpdateLog log;
    try {
      log = UpdateLog.of(new ByteArrayInputStream(input), LONGEST);
    } catch (IOException e) {
      // Its first bytes say that it is compressed, and how, or the next ones that it is not.
      assertThat(HexFormat.of().formatHex(Arrays.copyOf(input, 2)))
          .isIn("1f8b", "28b5", "fd37", "425a", "504b");
      return;
    }
    boolean whole = false;
    try {
      for (byte[] update = log.next(); update != null; update = log.next()) {
        assertThat(update.length).isLessThanOrEqualTo(LONGEST);
        again.writeInt(update.length);
        again.write(update);
      }
      whole = true;
    } catch (IOException e) {
      assertThat(Failures.describe(e)).isNotBlank();
    }
    assertThat(log.offset()).isEqualTo(copy.size());
    if (!log.isCompressed()) {
      byte[] read = copy.toByteArray();
      assertThat(read).isEqualTo(whole ? input : Arrays.copyOf(input, read.length));
    }
  }
}
