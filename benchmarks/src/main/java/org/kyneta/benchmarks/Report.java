package org.kyneta.benchmarks;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.kyneta.benchmarks.Target.Level;
import org.kyneta.store.JsonValue;
import org.kyneta.store.JsonValue.JsonLiteral;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;

/** What was measured, for people and for programs: medians, ratios and targets. */
final class Report {

  /** Whom this store, over its best binding, is compared with. */
  private static final List<String> PEERS =
      List.of(
          Peers.JAVASCRIPT,
          Peers.C,
          Peers.RAW_JDBC,
          Peers.RAW_FFM,
          Peers.UNCHECKED,
          Peers.JDBC,
          Peers.FFM);

  private Report() {}

  static void printHead(PrintStream out) {
    print(
        out,
        "figure",
        "",
        Peers.JDBC,
        Peers.FFM,
        Peers.JAVASCRIPT,
        Peers.C,
        Peers.RAW_JDBC,
        Peers.RAW_FFM,
        "best/JS",
        "best/C",
        "targets");
  }

  static void printRow(Series series, PrintStream out) {
    print(
        out,
        series.figure().name(),
        series.figure().unit(),
        value(series.median(Peers.JDBC)),
        value(series.median(Peers.FFM)),
        value(series.median(Peers.JAVASCRIPT)),
        value(series.median(Peers.C)),
        value(series.median(Peers.RAW_JDBC)),
        value(series.median(Peers.RAW_FFM)),
        ratio(series.ratio(Peers.JAVASCRIPT)),
        ratio(series.ratio(Peers.C)),
        verdicts(series));
  }

  private static void print(PrintStream out, Object... columns) {
    String row =
        String.format(
            Locale.ROOT, "%-32s %-12s %11s %11s %11s %11s %11s %11s %8s %8s   %s", columns);
    out.println(row.stripTrailing());
  }

  /** Prints a line for each peer that took part, with a target where there is one. */
  static void printJson(Series series, PrintStream out) {
    Optional<String> best = series.best();
    if (best.isEmpty()) {
      return;
    }
    for (String peer : PEERS) {
      if (!peer.equals(best.get()) && series.ratio(peer).isPresent()) {
        out.println(line(series, best.get(), peer));
      }
    }
  }

  private static JsonObject line(Series series, String best, String peer) {
    double ratio = series.ratio(peer).orElseThrow();
    Target asked = target(series.figure(), peer, Level.ASKED);
    Target beyond = target(series.figure(), peer, Level.BEYOND);
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("figure", new JsonString(series.figure().name()));
    members.put("ours", number("%.1f", series.ours().orElseThrow()));
    members.put("peer", new JsonString(peer));
    members.put("peerValue", number("%.1f", series.median(peer).orElseThrow()));
    members.put("ratio", number("%.3f", ratio));
    members.put("target", ratioOf(asked));
    members.put("met", isMet(asked, ratio));
    members.put("binding", new JsonString(best));
    if (beyond != null) {
      members.put("beyond", ratioOf(beyond));
      members.put("beyondMet", isMet(beyond, ratio));
    }
    return new JsonObject(members);
  }

  private static @Nullable Target target(Figure figure, String peer, Level level) {
    for (Target target : figure.targets()) {
      if (target.peer().equals(peer) && target.level() == level) {
        return target;
      }
    }
    return null;
  }

  private static JsonValue ratioOf(@Nullable Target target) {
    return target == null ? JsonLiteral.NULL : number("%.3f", target.ratio());
  }

  private static JsonLiteral isMet(@Nullable Target target, double ratio) {
    if (target == null) {
      return JsonLiteral.NULL;
    }
    return target.isMetBy(ratio) ? JsonLiteral.TRUE : JsonLiteral.FALSE;
  }

  /** Says of each target whose peer took part whether it was met. */
  private static String verdicts(Series series) {
    StringJoiner verdicts = new StringJoiner(", ");
    for (Target target : series.figure().targets()) {
      OptionalDouble ratio = series.ratio(target.peer());
      if (ratio.isPresent()) {
        verdicts.add(verdict(target, ratio.getAsDouble()));
      }
    }
    return verdicts.toString();
  }

  private static String verdict(Target target, double ratio) {
    String peer = target.peer().equals(Peers.JAVASCRIPT) ? "JS" : target.peer();
    // Two digits of a ratio that has no column of its own do not tell a small cost.
    String found = peer.equals(Peers.UNCHECKED) ? String.format(Locale.ROOT, "%.3f ", ratio) : "";
    return "%s%s ≥ %s %s%s"
        .formatted(
            target.level() == Level.BEYOND ? "beyond: " : "",
            peer,
            shortest(target.ratio()),
            found,
            target.isMetBy(ratio) ? "met" : "MISSED");
  }

  private static String shortest(double ratio) {
    return String.format(Locale.ROOT, ratio == Math.rint(ratio) ? "%,.0f" : "%.2f", ratio);
  }

  private static JsonNumber number(String format, double value) {
    return new JsonNumber(String.format(Locale.ROOT, format, value));
  }

  private static String value(OptionalDouble value) {
    if (value.isEmpty()) {
      return "–";
    }
    String format = value.getAsDouble() < 1_000 ? "%,.1f" : "%,.0f";
    return String.format(Locale.ROOT, format, value.getAsDouble());
  }

  private static String ratio(OptionalDouble ratio) {
    return ratio.isEmpty() ? "–" : String.format(Locale.ROOT, "%.2f", ratio.getAsDouble());
  }
}
