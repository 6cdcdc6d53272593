package org.kyneta.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class ReportTest {

  private static final Figure FIGURE =
      Figure.all(/* quick= */ true).stream()
          .filter(figure -> figure.name().equals("append-120-full"))
          .findFirst()
          .orElseThrow();

  private static String printed(BiConsumer<Series, PrintStream> printer, Series series) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    printer.accept(series, new PrintStream(bytes, /* autoFlush= */ true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static Series series(double... ours) {
    Series series = new Series(FIGURE);
    for (double rate : ours) {
      series.add(Peers.OURS, rate);
    }
    return series;
  }

  @Test
  void medianIsTheMiddleOneOrTheMeanOfTheMiddleTwo() {
    assertThat(series(9, 1, 5).median(Peers.OURS)).hasValue(5);
    assertThat(series(9, 1, 5, 6).median(Peers.OURS)).hasValue(5.5);
    assertThat(series(9).median(Peers.C)).isEmpty();
  }

  @Test
  void jsonHasALineForEachPeerAndATargetBesideTheOriginalOnly() {
    Series series = series(80, 100, 120);
    series.add(Peers.JAVASCRIPT, 110);
    series.add(Peers.C, 400);

    assertThat(printed(Report::printJson, series).lines())
        .containsExactly(
            "{\"figure\":\"append-120-full\",\"ours\":100.0,\"peer\":\"JavaScript\","
                + "\"peerValue\":110.0,\"ratio\":0.909,\"target\":0.9,\"met\":true}",
            "{\"figure\":\"append-120-full\",\"ours\":100.0,\"peer\":\"C\","
                + "\"peerValue\":400.0,\"ratio\":0.250,\"target\":null,\"met\":null}");
  }

  @Test
  void aTargetIsMissedByTheLeastBit() {
    Series series = series(89.9);
    series.add(Peers.JAVASCRIPT, 100);

    assertThat(printed(Report::printJson, series)).contains("\"met\":false");
    assertThat(printed(Report::printRow, series)).contains("0.90", "0.9 MISSED");
  }

  @Test
  void aPeerThatTookNoPartLeavesABlank() {
    assertThat(printed(Report::printRow, series(100))).contains("–").doesNotContain("met");
    assertThat(printed(Report::printJson, series(100))).isEmpty();
  }
}
