package org.kyneta.faults.relay;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.kyneta.relay.replica.Replica;
import org.kyneta.relay.wire.Message;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Text;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord.Entry;
import org.kyneta.store.SyncMode;

/**
 * A kind of document, and what is typed into it. A writer's edits of a document are numbered from
 * 1, and whoever holds a replica can tell up to which number it has them.
 */
@SuppressWarnings("ImmutableEnumChecker") // Metadata cannot be changed.
enum Kind {
  YJS("yjs", SyncMode.COLLABORATIVE),
  LORO("loro", SyncMode.COLLABORATIVE),
  /** Has one writer: of two who write at once one must give way. */
  PLAIN("plain", SyncMode.AUTHORITATIVE),
  /** Has one writer: the image that is written last replaces all others. */
  EPHEMERAL("plain", SyncMode.EPHEMERAL),
  STATE("state", SyncMode.EPHEMERAL);

  private static final String HASH = "02aa";
  private static final Pattern LEAF = Pattern.compile("\"w(\\d+)\":\\[?(\\d+)(?:,\\d+])?");
  private static final String LINEAGE = "0123456789abcdef";

  private final StoreMeta meta;

  Kind(String type, SyncMode mode) {
    meta = StoreMeta.of(new ReplicaType(type, 1, 0), mode, HASH);
  }

  StoreMeta meta() {
    return meta;
  }

  boolean hasManyWriters() {
    return this != PLAIN && this != EPHEMERAL;
  }

  boolean isCollaborative() {
    return this == YJS || this == LORO;
  }

  /** Returns what a document of this kind is announced as. */
  Message.Document announcement(String docId) {
    return new Message.Document(docId, meta.replicaType(), meta.syncMode(), HASH, Set.of(HASH));
  }

  /**
   * Returns an edit.
   *
   * @param writer who makes it, from 1 to 127
   * @param number which of the writer's edits of the document it is, from 1
   * @param millis the writer's time
   */
  Entry edit(int writer, int number, long millis) {
    return switch (this) {
      case YJS -> new Entry(Payload.binary(Payload.Kind.SINCE, Yjs.edit(writer, number)), "");
      case LORO -> new Entry(Payload.binary(Payload.Kind.SINCE, Loro.edit(writer, number)), "");
      case PLAIN -> new Entry(batch(number), LINEAGE + ":" + number);
      case EPHEMERAL -> new Entry(image("{\"w%d\":%d}".formatted(writer, number)), "" + millis);
      case STATE -> {
        Payload image = image("{\"w%d\":[%d,%d]}".formatted(writer, number, millis));
        yield new Entry(image.withLineage("kyneta.genesis"), "" + millis);
      }
    };
  }

  private static Payload image(String json) {
    return Payload.json(Payload.Kind.ENTIRETY, json);
  }

  private static Payload batch(int number) {
    String json =
        "[[{\"path\":[{\"type\":\"field\",\"field\":\"title\"}],"
            + "\"change\":{\"type\":\"replace\",\"value\":"
            + number
            + "}}]]";
    return Payload.json(Payload.Kind.SINCE, json).withLineage(LINEAGE);
  }

  /**
   * Returns up to which of their edits a replica has them all, by writer; none for 0.
   *
   * @param only who writes where there is one writer
   */
  Map<Long, Long> counts(Replica replica, int only) {
    return switch (this) {
      case YJS -> {
        String version = replica.version();
        Map<Long, Long> clocks = Varints.vector(version.substring(0, version.indexOf('.')));
        clocks.replaceAll((writer, clock) -> clock / Yjs.LENGTH);
        yield clocks;
      }
      case LORO -> {
        Map<Long, Long> counters = Varints.vector(replica.version());
        // Loro writes twice the counter.
        counters.replaceAll((writer, twice) -> twice / 2);
        yield counters;
      }
      case PLAIN -> {
        String version = replica.version();
        long batches = parse(version.substring(version.indexOf(':') + 1));
        yield batches == 0 ? Map.of() : Map.of((long) only, batches);
      }
      case EPHEMERAL, STATE -> {
        Map<Long, Long> counts = new TreeMap<>();
        LEAF.matcher(text(replica.compacted()))
            .results()
            .forEach(leaf -> counts.put(parse(leaf.group(1)), parse(leaf.group(2))));
        yield counts;
      }
    };
  }

  private static long parse(String number) {
    return Long.parseLong(number);
  }

  private static String text(List<Entry> image) {
    return image.isEmpty() || !(image.getFirst().payload().data() instanceof Text(String text))
        ? ""
        : text;
  }

  private static byte[] bytes(Entry entry) {
    if (entry.payload().data() instanceof Bytes(byte[] bytes)) {
      return bytes;
    }
    throw new IllegalArgumentException("expected bytes, found text");
  }

  /** Returns something that is equal for two replicas only if they hold the same. */
  Object content(Replica replica) {
    return switch (this) {
      case PLAIN, EPHEMERAL -> replica.compacted().stream().map(Entry::payload).toList();
      // Replicas may cut structs and blocks in different places.
      case YJS -> replica.compacted().stream().map(entry -> Yjs.texts(bytes(entry))).toList();
      case LORO -> Varints.vector(replica.version());
      // Members have no order.
      case STATE ->
          LEAF.matcher(text(replica.compacted()))
              .results()
              .map(MatchResult::group)
              .sorted()
              .toList();
    };
  }
}
