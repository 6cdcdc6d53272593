package org.kyneta.relay.replica;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.replica.Merge.Doubt;
import org.kyneta.store.JsonValue;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.StoreRecord.Entry;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A plain document of which only the latest state counts: whole images, each with the time of its
 * writer's clock, of which the later wins, member by member at the top.
 *
 * <p>The version is the time that the writer gave, and stays that when the relay starts again.
 * Peers set theirs to their own clocks when they take an image over, so what is passed on to them
 * is given the present time where that is later: else they would think it old. They still may, if
 * their clock is ahead or one image follows the other sooner than it travels, and only a {@link
 * #correct correction} makes sure.
 */
final class EphemeralReplica implements Replica {

  private final InstantSource clock;

  /** The members' values as they are written. */
  private final Map<String, String> members = new LinkedHashMap<>();

  private Stamp version = Stamp.ZERO;

  EphemeralReplica(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public String version() {
    return version.text();
  }

  @Override
  public Relation relationTo(String other) throws UnreadableException {
    Stamp theirs = Stamp.parse(other);
    return version.isAfter(theirs)
        ? Relation.AHEAD
        : theirs.isAfter(version) ? Relation.BEHIND : Relation.EQUAL;
  }

  /**
   * Takes over an image that is not earlier: a peer may write twice within a millisecond. One that
   * holds nothing new has no effect, even on the version: a peer that offers what it was given
   * under the time of its own clock has written nothing.
   */
  @Override
  public Merge merge(Entry offer) throws UnreadableException {
    Stamp theirs = Stamp.parse(offer.version());
    Map<String, String> image = read(offer);
    if (members.entrySet().containsAll(image.entrySet())) {
      return new Merge.Unchanged(false);
    }
    if (isStale(theirs)) {
      return new Merge.Unchanged(false, version.millis() == 0 ? Doubt.NONE : Doubt.SENDER);
    }
    members.putAll(image);
    version = theirs;
    long now = clock.millis();
    return new Merge.Learned(
        entry(version.text()),
        true,
        entry(now > version.millis() ? Long.toString(now) : version.text()),
        false,
        Doubt.OTHERS);
  }

  /** An image without a time holds what a client begins with, and nobody has written that. */
  private boolean isStale(Stamp theirs) {
    return version.isAfter(theirs) || theirs.millis() == 0;
  }

  /** Takes over an image, whatever its version: the stream's order is the order of the changes. */
  @Override
  public void hydrate(Entry entry) throws UnreadableException {
    Stamp stored = Stamp.parse(entry.version());
    members.putAll(read(entry));
    if (stored.isAfter(version)) {
      version = stored;
    }
  }

  @Override
  public List<Entry> export(@Nullable String other) throws UnreadableException {
    boolean lacks = other == null || other.isEmpty() || version.isAfter(Stamp.parse(other));
    return lacks ? List.of(entry(version.text())) : List.of();
  }

  /**
   * Gives a peer that is not behind what is here under the stamp that follows its own: if it has
   * written since it told that, what it wrote is later.
   */
  @Override
  public List<Entry> correct(@Nullable String other) throws UnreadableException {
    if (other == null || other.isEmpty() || members.isEmpty()) {
      return export(other);
    }
    Stamp theirs = Stamp.parse(other);
    return version.isAfter(theirs) ? export(other) : List.of(entry(theirs.next().text()));
  }

  @Override
  public List<Entry> compacted() {
    return members.isEmpty() ? List.of() : List.of(entry(version.text()));
  }

  @Override
  public long footprint() {
    long size = 200;
    for (Map.Entry<String, String> member : members.entrySet()) {
      size += 2L * (member.getKey().length() + member.getValue().length()) + 150;
    }
    return size;
  }

  private Entry entry(String stamp) {
    StringJoiner image = new StringJoiner(",", "{", "}");
    members.forEach((name, value) -> image.add(JsonValue.quote(name) + ":" + value));
    return new Entry(Payload.json(Kind.ENTIRETY, image.toString()), stamp);
  }

  private static Map<String, String> read(Entry entry) throws UnreadableException {
    if (entry.payload().kind() != Kind.ENTIRETY) {
      throw new UnreadableException("expected an image, found changes");
    }
    String text = JsonInput.text(entry.payload());
    return JsonInput.image(text, parser -> members(parser, text));
  }

  private static Map<String, String> members(JsonParser parser, String text)
      throws UnreadableException {
    Map<String, String> members = new LinkedHashMap<>();
    parser.nextToken();
    JsonInput.expect(parser, JsonToken.START_OBJECT, "an object");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      members.put(name, JsonInput.rawValue(parser, text));
    }
    return members;
  }
}
