package org.kyneta.relay.replica;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the JavaScript original makes of a stored stream when it starts again in the middle of it.
 *
 * <p>It appends what it reads, whether it has it or not: the batches of entries that overlap count
 * twice, and an image counts as one batch that replaces its members. Within one run of its process
 * the versions that it stores still are the true ones, but after the next start it, its clients and
 * all that it stores go on from that other document and that other count. An entry that follows
 * that count, and not the true one, shows that this has happened; from there on this view is what
 * all peers hold, and what later changes belong to. Where both counts are the same by chance, which
 * takes an image and overlaps after it, nothing shows it, and the true history is kept.
 */
final class OriginalView {

  private final PlainVersion initial;
  private final String segment;
  private String lineage;
  private long count;

  /** What the view and the true history share; null as long as they are the same. */
  private @Nullable BatchLog shared;

  private int sharedCount;
  private final List<String> own = new ArrayList<>();

  OriginalView(Dialect dialect) {
    initial = PlainVersion.initial(dialect);
    segment = dialect == Dialect.V3 ? "field" : "key";
    lineage = initial.lineage();
  }

  /** Whether batches of a lineage that begin after the first {@code before} follow this view. */
  boolean isFollowedBy(String nextLineage, long before) {
    return shared != null && before == count && nextLineage.equals(lineage);
  }

  /**
   * Returns this view as the true history, which it is the same as from now on.
   *
   * @throws UnreadableException if an image is nested too deeply to be a batch
   */
  History becomeTrue() throws UnreadableException {
    List<String> batches = new ArrayList<>();
    if (shared != null) {
      batches.addAll(Batches.read(shared.between(0, sharedCount)));
    }
    batches.addAll(Batches.read(Batches.join(own)));
    History history = new History(initial);
    history.append(lineage, batches);
    shared = null;
    own.clear();
    return history;
  }

  /** Takes in batches, before {@code truth} does. */
  void since(PlainVersion version, List<String> batches, History truth) {
    if (version.count() - batches.size() != truth.count() || !truth.isOf(version)) {
      diverge(truth);
    }
    adopt(version);
    count += batches.size();
    if (shared != null) {
      own.addAll(batches);
    }
  }

  /** Takes in an image, before {@code truth} does. */
  void entirety(PlainVersion version, String image, History truth) throws UnreadableException {
    List<String> operations = new ArrayList<>();
    new PlainState(image).members().forEach((name, value) -> operations.add(replace(name, value)));
    if (operations.isEmpty() && version.isInitial()) {
      return;
    }
    diverge(truth);
    adopt(version);
    if (!operations.isEmpty()) {
      own.add(Batches.join(operations));
      count++;
    }
  }

  private void adopt(PlainVersion version) {
    if (lineage.equals(PlainVersion.GENESIS)) {
      lineage = version.lineage();
    }
  }

  private void diverge(History truth) {
    if (shared == null) {
      shared = truth.log();
      sharedCount = truth.log().count();
    }
  }

  private String replace(String name, Node value) {
    String quoted = new TextNode(name).text();
    return "{\"path\":[{\"type\":\"%s\",\"%s\":".formatted(segment, segment)
        + quoted
        + "}],\"change\":{\"type\":\"replace\",\"value\":"
        + value.text()
        + "}}";
  }
}
