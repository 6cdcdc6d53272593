package org.kyneta.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class ReportTest {

  private static Figure figure(String name) {
    return Experiments.all(/* quick= */ true, /* postgres= */ false).stream()
        .flatMap(experiment -> experiment.figures().stream())
        .filter(figure -> figure.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String printed(BiConsumer<Series, PrintStream> printer, Series series) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    printer.accept(series, new PrintStream(bytes, /* autoFlush= */ true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static Series series(String figure) {
    return new Series(figure(figure));
  }

  private static Series full(double... jdbc) {
    Series series = series("append-120-full");
    for (double rate : jdbc) {
      series.add(Peers.JDBC, rate);
    }
    return series;
  }

  @Test
  void medianIsTheMiddleOneOrTheMeanOfTheMiddleTwo() {
    assertThat(full(9, 1, 5).median(Peers.JDBC)).hasValue(5);
    assertThat(full(9, 1, 5, 6).median(Peers.JDBC)).hasValue(5.5);
    assertThat(full(9).median(Peers.C)).isEmpty();
  }

  @Test
  void whatAPeerDoesNotMeasureIsNoRound() {
    assertThat(full(3, Double.NaN).median(Peers.JDBC)).hasValue(3);
    assertThat(full(Double.NaN).best()).isEmpty();
  }

  @Test
  void ofTwoBindingsTheBetterOneCounts() {
    Series rate = full(100);
    rate.add(Peers.FFM, 120);
    assertThat(rate.best()).hasValue(Peers.FFM);
    assertThat(rate.ours()).hasValue(120);

    Series latency = series("latency-120-normal-p50");
    latency.add(Peers.JDBC, 100);
    latency.add(Peers.FFM, 120);
    assertThat(latency.best()).hasValue(Peers.JDBC);
    assertThat(latency.ours()).hasValue(100);
  }

  @Test
  void jsonHasALineForEachPeerAndNamesTheBinding() {
    Series series = full(80, 100, 120);
    series.add(Peers.FFM, 90);
    series.add(Peers.JAVASCRIPT, 110);
    series.add(Peers.C, 400);
    series.add(Peers.RAW_JDBC, 200);

    assertThat(printed(Report::printJson, series).lines())
        .containsExactly(
            "{\"figure\":\"append-120-full\",\"ours\":100.0,"
                + "\"peer\":\"JavaScript\",\"peerValue\":110.0,\"ratio\":0.909,\"target\":0.900,"
                + "\"met\":true,\"binding\":\"JDBC\"}",
            "{\"figure\":\"append-120-full\",\"ours\":100.0,"
                + "\"peer\":\"C\",\"peerValue\":400.0,\"ratio\":0.250,\"target\":0.900,"
                + "\"met\":false,\"binding\":\"JDBC\"}",
            "{\"figure\":\"append-120-full\",\"ours\":100.0,"
                + "\"peer\":\"raw JDBC\",\"peerValue\":200.0,\"ratio\":0.500,\"target\":null,"
                + "\"met\":null,\"binding\":\"JDBC\"}",
            "{\"figure\":\"append-120-full\",\"ours\":100.0,"
                + "\"peer\":\"FFM\",\"peerValue\":90.0,\"ratio\":1.111,\"target\":null,"
                + "\"met\":null,\"binding\":\"JDBC\"}");
  }

  @Test
  void jsonSaysWhetherTheTargetBeyondIsMetToo() {
    Series series = series("append-120-normal");
    series.add(Peers.FFM, 90);
    series.add(Peers.C, 100);

    assertThat(printed(Report::printJson, series))
        .contains(
            "\"target\":0.850,\"met\":true,\"binding\":\"FFM\",\"beyond\":0.950,\"beyondMet\":false");
    assertThat(printed(Report::printRow, series))
        .contains("C ≥ 0.85 met, beyond: C ≥ 0.95 MISSED")
        .doesNotContain("JS");
  }

  @Test
  void aTargetIsMissedByTheLeastBit() {
    Series series = full(89.9);
    series.add(Peers.JAVASCRIPT, 100);

    assertThat(printed(Report::printJson, series)).contains("\"met\":false");
    assertThat(printed(Report::printRow, series)).contains("0.90", "JS ≥ 0.90 MISSED");
  }

  @Test
  void ofLatenciesTheSmallerOneIsBetter() {
    Series series = series("latency-120-normal-p99");
    series.add(Peers.JDBC, 50);
    series.add(Peers.JAVASCRIPT, 100);
    series.add(Peers.C, 40);

    assertThat(series.ratio(Peers.JAVASCRIPT)).hasValue(2);
    assertThat(printed(Report::printRow, series))
        .contains("µs", "2.00", "JS ≥ 1 met", "beyond: C ≥ 0.83 MISSED");
  }

  @Test
  void withoutChecksumsTheSameBindingIsCompared() {
    Series series = series("checksum-load");
    series.add(Peers.JDBC, 50);
    series.add(Peers.unchecked(Peers.JDBC), 60);
    series.add(Peers.FFM, 98);
    series.add(Peers.unchecked(Peers.FFM), 100);

    assertThat(series.ratio(Peers.UNCHECKED)).hasValue(0.98);
    assertThat(printed(Report::printRow, series)).contains("unchecked ≥ 0.97 0.980 met");
    assertThat(printed(Report::printJson, series))
        .contains("\"peer\":\"unchecked\",\"peerValue\":100.0,\"ratio\":0.980,\"target\":0.970");
  }

  @Test
  void aPeerThatTookNoPartLeavesABlank() {
    assertThat(printed(Report::printRow, full(100))).contains("–").doesNotContain("met");
    assertThat(printed(Report::printJson, full(100))).isEmpty();
  }
}
