package org.kyneta.faults.relay;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Draws samples: a panel for each series, below each other, each from 0 to its most. */
final class Plot {

  private static final int WIDTH = 760;
  private static final int PANEL = 92;
  private static final int HEIGHT = 56;
  private static final int LEFT = 8;
  private static final int TOP = 26;

  private final List<Sample> samples;
  private final StringBuilder svg = new StringBuilder();

  private Plot(List<Sample> samples) {
    this.samples = samples;
  }

  /** Returns an image in SVG. */
  static String svg(List<Sample> samples) {
    Plot plot = new Plot(samples);
    int height = PANEL * Series.ALL.size() + 8;
    plot.add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
                .formatted(WIDTH + 2 * LEFT, height)
            + " font-family=\"sans-serif\" font-size=\"12\">");
    plot.add("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
    for (int i = 0; i < Series.ALL.size(); i++) {
      plot.panel(Series.ALL.get(i), i * PANEL);
    }
    plot.add("</svg>");
    return plot.svg.toString();
  }

  private void panel(Series series, int top) {
    double most = Math.max(series.values(samples).max().orElse(0), 1e-9);
    add(
        "<text x=\"%d\" y=\"%d\">%s: %s to %s, grown by %s in the last two thirds of %d s</text>"
            .formatted(
                LEFT,
                top + TOP - 8,
                series.name(),
                series.show(series.values(samples).min().orElse(0)),
                series.show(most),
                series.show(series.growth(samples)),
                Math.round(samples.getLast().seconds())));
    add(
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#f4f4f4\"/>"
            .formatted(LEFT, top + TOP, WIDTH, HEIGHT));
    String points =
        samples.stream()
            .map(sample ->
                number(LEFT + WIDTH * sample.seconds() / Math.max(1, samples.getLast().seconds()))
                    + ","
                    + number(
                        top + TOP + HEIGHT * (1 - series.value().applyAsDouble(sample) / most)))
            .collect(Collectors.joining(" "));
    add(
        "<polyline fill=\"none\" stroke=\"#1565c0\" stroke-width=\"1.5\" points=\"%s\"/>"
            .formatted(points));
  }

  private void add(String text) {
    svg.append(text).append('\n');
  }

  private static String number(double number) {
    return String.format(Locale.ROOT, "%.1f", number);
  }
}
