package org.kyneta.benchmarks;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.kyneta.store.JsonValue;
import org.kyneta.store.JsonValue.JsonLiteral;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;

/** What was measured, for people and for programs: medians in operations a second, and ratios. */
final class Report {

  private Report() {}

  static void printHead(PrintStream out) {
    print(out, "figure", "", "ours", "JavaScript", "C", "ours/JS", "ours/C", "target");
  }

  static void printRow(Series series, PrintStream out) {
    print(
        out,
        series.figure().name(),
        series.figure().unit(),
        rate(series.median(Peers.OURS)),
        rate(series.median(Peers.JAVASCRIPT)),
        rate(series.median(Peers.C)),
        ratio(series.ratio(Peers.JAVASCRIPT)),
        ratio(series.ratio(Peers.C)),
        verdict(series));
  }

  private static void print(PrintStream out, Object... columns) {
    String row = String.format(Locale.ROOT, "%-28s %-12s %11s %11s %11s %8s %8s   %s", columns);
    out.println(row.stripTrailing());
  }

  /** Prints a line for each peer that took part. The C program is a yardstick and no target. */
  static void printJson(Series series, PrintStream out) {
    double ours = series.median(Peers.OURS).orElseThrow();
    for (String peer : List.of(Peers.JAVASCRIPT, Peers.C)) {
      OptionalDouble ratio = series.ratio(peer);
      if (ratio.isPresent()) {
        boolean hasTarget = peer.equals(Peers.JAVASCRIPT);
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("figure", new JsonString(series.figure().name()));
        members.put("ours", number("%.1f", ours));
        members.put("peer", new JsonString(peer));
        members.put("peerValue", number("%.1f", series.median(peer).orElseThrow()));
        members.put("ratio", number("%.3f", ratio.getAsDouble()));
        members.put(
            "target", hasTarget ? number("%.1f", series.figure().target()) : JsonLiteral.NULL);
        members.put("met", hasTarget ? literal(isMet(series)) : JsonLiteral.NULL);
        out.println(new JsonObject(members));
      }
    }
  }

  private static String verdict(Series series) {
    if (series.ratio(Peers.JAVASCRIPT).isEmpty()) {
      return "";
    }
    return String.format(
        Locale.ROOT, "%.1f %s", series.figure().target(), isMet(series) ? "met" : "MISSED");
  }

  private static boolean isMet(Series series) {
    return series.ratio(Peers.JAVASCRIPT).orElseThrow() >= series.figure().target();
  }

  private static JsonLiteral literal(boolean value) {
    return value ? JsonLiteral.TRUE : JsonLiteral.FALSE;
  }

  private static JsonNumber number(String format, double value) {
    return new JsonNumber(String.format(Locale.ROOT, format, value));
  }

  private static String rate(OptionalDouble rate) {
    return rate.isEmpty() ? "–" : String.format(Locale.ROOT, "%,.0f", rate.getAsDouble());
  }

  private static String ratio(OptionalDouble ratio) {
    return ratio.isEmpty() ? "–" : String.format(Locale.ROOT, "%.2f", ratio.getAsDouble());
  }
}
