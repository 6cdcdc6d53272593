package org.kyneta.postgres;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.DocIds;
import org.kyneta.store.Position;

/**
 * What one feed tells the others, as the texts of notifications: who it is, and documents with the
 * positions that they have reached.
 *
 * @param sender the feed
 * @param isComplete whether nothing was left out that should have been told
 * @param reached the documents
 */
record Notices(String sender, boolean isComplete, Map<String, Position> reached) {

  /** The server takes less than 8,000 bytes. */
  private static final int MOST_BYTES = 7_900;

  private static final String COMPLETE = "1;";
  private static final String INCOMPLETE = "1!";

  /** Returns the texts that tell this, at least one. */
  List<String> texts() {
    List<String> texts = new ArrayList<>();
    StringBuilder text = new StringBuilder(start(isComplete));
    int bytes = text.length();
    for (Map.Entry<String, Position> entry : reached.entrySet()) {
      String docId = entry.getKey();
      Position position = entry.getValue();
      String item =
          position.stream() + "," + position.lastSeq() + "," + docId.length() + ":" + docId;
      int size = (int) DocIds.utf8Length(item);
      if (bytes + size > MOST_BYTES) {
        texts.add(text.toString());
        text = new StringBuilder(start(true));
        bytes = text.length();
      }
      text.append(item);
      bytes += size;
    }
    texts.add(text.toString());
    return texts;
  }

  private String start(boolean complete) {
    return (complete ? COMPLETE : INCOMPLETE) + sender + ";";
  }

  /** Reads a text; empty if it is none of ours, such as one of a later version. */
  static Optional<Notices> read(@Nullable String text) {
    if (text == null || !(text.startsWith(COMPLETE) || text.startsWith(INCOMPLETE))) {
      return Optional.empty();
    }
    try {
      int at = text.indexOf(';', COMPLETE.length());
      String sender = text.substring(COMPLETE.length(), at++);
      Map<String, Position> reached = new LinkedHashMap<>();
      while (at < text.length()) {
        int seq = text.indexOf(',', at);
        int length = text.indexOf(',', seq + 1);
        int id = text.indexOf(':', length + 1) + 1;
        int end = id + Integer.parseInt(text.substring(length + 1, id - 1));
        reached.put(
            text.substring(id, end),
            new Position(text.substring(at, seq), Long.parseLong(text.substring(seq + 1, length))));
        at = end;
      }
      return Optional.of(new Notices(sender, text.startsWith(COMPLETE), reached));
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
