package org.kyneta.faults.relay;

import java.util.List;
import java.util.Locale;

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
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
            + " font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
        WIDTH + 2 * LEFT, height);
    for (int i = 0; i < Series.ALL.size(); i++) {
      plot.panel(Series.ALL.get(i), i * PANEL);
    }
    plot.add("</svg>%n");
    return plot.svg.toString();
  }

  private void panel(Series series, int top) {
    double most = Math.max(series.values(samples).max().orElse(0), 1e-9);
    add(
        "<text x=\"%d\" y=\"%d\">%s: %s to %s, grown by %s in the last two thirds of %.0f s</text>%n",
        LEFT,
        top + TOP - 8,
        series.name(),
        series.show(series.values(samples).min().orElse(0)),
        series.show(most),
        series.show(series.growth(samples)),
        samples.getLast().seconds());
    add(
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#f4f4f4\"/>%n",
        LEFT, top + TOP, WIDTH, HEIGHT);
    add("<polyline fill=\"none\" stroke=\"#1565c0\" stroke-width=\"1.5\" points=\"");
    for (Sample sample : samples) {
      add(
          "%.1f,%.1f ",
          LEFT + WIDTH * sample.seconds() / Math.max(1, samples.getLast().seconds()),
          top + TOP + HEIGHT * (1 - series.value().applyAsDouble(sample) / most));
    }
    add("\"/>%n");
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }
}
