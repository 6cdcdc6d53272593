package org.kyneta.relay.replica;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.StoreRecord.Entry;

/**
 * Reads a plain document's stored stream, one that was stored from here or one of the JavaScript
 * original, whose entries overlap.
 */
final class StoredStream {

  private final Dialect dialect;
  private final @Nullable OriginalView view;
  private History history;

  /** Goes on from a history; only one that is empty can be a stream of the original. */
  StoredStream(Dialect dialect, History history) {
    this.dialect = dialect;
    this.history = history;
    view = history.isEmpty() ? new OriginalView(dialect) : null;
  }

  /**
   * Takes in the next entry.
   *
   * @return the history with it
   * @throws UnreadableException if the entry is broken, or others before it are missing
   */
  History read(Entry entry) throws UnreadableException {
    PlainVersion version = PlainVersion.of(entry, dialect);
    String text = JsonInput.text(entry.payload());
    switch (entry.payload().kind()) {
      case SINCE -> since(version, Batches.read(text));
      case ENTIRETY -> entirety(version, text);
    }
    return history;
  }

  private void since(PlainVersion version, List<String> batches) throws UnreadableException {
    long before = version.before(batches.size());
    History next = follow(version, before, batches);
    if (view != null) {
      // To the view, a reset is no new beginning.
      view.since(version, batches, next.isEmpty() ? history : next);
    }
    history = next;
    long had = history.count();
    if (version.count() > had) {
      history.append(version.lineage(), batches.subList((int) (had - before), batches.size()));
    }
  }

  /** Returns the history that batches follow, or have an overlap with. */
  private History follow(PlainVersion version, long before, List<String> batches)
      throws UnreadableException {
    boolean follows = history.isOf(version) && before <= history.count();
    if (follows && (before == history.count() || history.hasAfter(before, batches))) {
      return history;
    }
    if (view != null && view.isFollowedBy(version.lineage(), before)) {
      return view.becomeTrue();
    }
    if (follows) {
      return history;
    }
    if (before == 0) {
      // The document was reset to another history, all of which is here.
      return new History(PlainVersion.initial(dialect));
    }
    throw new UnreadableException(
        "expected batches of the history so far, from number %d or earlier, found from %d of %s"
            .formatted(
                history.count() + 1, before + 1, history.isOf(version) ? "it" : "another history"));
  }

  /** Takes in an image; a later one of another history is one that the document was reset to. */
  private void entirety(PlainVersion version, String image) throws UnreadableException {
    new PlainState(image);
    if (view != null) {
      view.entirety(version, image, history);
    }
    if (version.isInitial()) {
      if (history.isEmpty()) {
        history = new History(history.version().lineage(), 0, image);
      }
    } else if (!history.isOf(version) || version.count() > history.count()) {
      history = new History(version.lineage(), version.count(), image);
    }
  }
}
