package org.kyneta.relay.replica;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.StoreRecord.Entry;

/**
 * A version of a plain document whose writers take turns: how many batches of which history.
 *
 * @param lineage the history, {@link #GENESIS} before the first write, empty in version 1, which
 *     has no lineages
 * @param count how many batches of it
 */
record PlainVersion(String lineage, long count) {

  /** The lineage of a document that nobody has written yet. */
  static final String GENESIS = "kyneta.genesis";

  private static final Pattern WITH_LINEAGE = Pattern.compile("([^:]+):([0-9]{1,15})");
  private static final Pattern BARE = Pattern.compile("[0-9]{1,15}");

  static PlainVersion initial(Dialect dialect) {
    return new PlainVersion(dialect == Dialect.V3 ? GENESIS : "", 0);
  }

  static PlainVersion parse(String text, Dialect dialect) throws UnreadableException {
    if (dialect == Dialect.V1) {
      if (!BARE.matcher(text).matches()) {
        throw new UnreadableException("expected a version that is a number of at most 15 digits");
      }
      return new PlainVersion("", Long.parseLong(text));
    }
    Matcher parts = WITH_LINEAGE.matcher(text);
    if (!parts.matches()) {
      throw new UnreadableException(
          "expected a version that is a lineage, a colon, and a number of at most 15 digits");
    }
    return new PlainVersion(parts.group(1), Long.parseLong(parts.group(2)));
  }

  /** Returns the version of an entry, which its payload must not contradict. */
  static PlainVersion of(Entry entry, Dialect dialect) throws UnreadableException {
    PlainVersion version = parse(entry.version(), dialect);
    String lineage = entry.payload().lineage();
    if (dialect == Dialect.V3 && lineage != null && !lineage.equals(version.lineage())) {
      throw new UnreadableException(
          "expected a payload of the lineage that its version names, found one of another");
    }
    return version;
  }

  String text() {
    return lineage.isEmpty() ? Long.toString(count) : lineage + ":" + count;
  }

  /** Returns what payloads name as their lineage. */
  @Nullable String payloadLineage() {
    return lineage.isEmpty() ? null : lineage;
  }

  /** Whether nothing has been written, whatever the number says. */
  boolean isInitial() {
    return count == 0 || lineage.equals(GENESIS);
  }

  /**
   * Returns how many batches come before those of a payload of this version.
   *
   * @throws UnreadableException if the payload has more than the version counts
   */
  long before(int batches) throws UnreadableException {
    if (batches > count || (isInitial() && batches > 0)) {
      throw new UnreadableException(
          "expected at most as many batches as the version counts, found " + batches);
    }
    return count - batches;
  }

  Relation relationTo(PlainVersion other) {
    if (isInitial() || other.isInitial()) {
      return isInitial() ? other.isInitial() ? Relation.EQUAL : Relation.BEHIND : Relation.AHEAD;
    }
    if (!lineage.equals(other.lineage)) {
      return Relation.CONCURRENT;
    }
    int order = Long.compare(count, other.count);
    return order == 0 ? Relation.EQUAL : order < 0 ? Relation.BEHIND : Relation.AHEAD;
  }
}
