package org.kyneta.relay.replica;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.StoreRecord.Entry;

/** Makes entries of documents for tests, and looks into them. */
final class Entries {

  static final String LINEAGE = "8696f2f5406b92c7";

  private Entries() {}

  /** Returns changes of a history up to its batch {@code count}. */
  static Entry since(String lineage, long count, String... batches) {
    return new Entry(
        Payload.json(Kind.SINCE, "[" + String.join(",", batches) + "]").withLineage(lineage),
        lineage + ":" + count);
  }

  /** Returns changes of {@link #LINEAGE}. */
  static Entry since(long count, String... batches) {
    return since(LINEAGE, count, batches);
  }

  /** Returns an image of a history after its batch {@code count}. */
  static Entry entirety(String lineage, long count, String image) {
    return new Entry(
        Payload.json(Kind.ENTIRETY, image).withLineage(lineage), lineage + ":" + count);
  }

  /** Returns an image without a lineage. */
  static Entry image(String version, String image) {
    return new Entry(Payload.json(Kind.ENTIRETY, image), version);
  }

  /** Returns a batch that appends to the text {@code body}, of which there are {@code length}. */
  static String typing(int length, String text) {
    return operation(
        "[{\"type\":\"field\",\"field\":\"body\"}]",
        "{\"type\":\"text\",\"instructions\":[{\"retain\":%d},{\"insert\":\"%s\"}]}"
            .formatted(length, text));
  }

  /** Returns a batch that sets a field. */
  static String setting(String field, String value) {
    return operation(
        "[{\"type\":\"field\",\"field\":\"%s\"}]".formatted(field),
        "{\"type\":\"replace\",\"value\":%s}".formatted(value));
  }

  /** Returns a batch of one operation. */
  static String operation(String path, String change) {
    return "[{\"path\":%s,\"change\":%s}]".formatted(path, change);
  }

  static String text(Entry entry) {
    return ((Payload.Text) entry.payload().data()).text();
  }

  /** Returns what a replica tells a peer that has nothing and knows no version. */
  static String content(Replica replica) throws UnreadableException {
    return text(replica.export(null).getFirst());
  }

  /** Whether two replicas hold the same, in whatever order. */
  static boolean sameContent(Replica one, Replica other) throws UnreadableException {
    return members(one).same(members(other));
  }

  private static Node members(Replica replica) throws UnreadableException {
    Node.Members members = new Node.Members();
    members.map.putAll(new PlainState(content(replica)).members());
    return members;
  }

  /** Returns what is answered to a version, of which there must be exactly one. */
  static Entry answer(Replica replica, @Nullable String version) throws UnreadableException {
    List<Entry> answer = replica.export(version);
    if (answer.size() != 1) {
      throw new AssertionError("expected one entry, found " + answer);
    }
    return answer.getFirst();
  }

  static <T extends Replica> T hydrated(T replica, List<Entry> entries) throws UnreadableException {
    for (Entry entry : entries) {
      replica.hydrate(entry);
    }
    return replica;
  }
}
