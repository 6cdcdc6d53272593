package org.kyneta.store;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.kyneta.store.JsonValue.JsonArray;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;

/**
 * A document's metadata at one point of its stream: replica type, sync mode, schema hash, and
 * whatever other members its writer gave it.
 *
 * <p>Members that this version does not know are kept, with their order and their numbers as
 * written. Equality is of meaning, as that of {@link JsonValue}. Immutable.
 */
public final class StoreMeta {

  /** The name of the member that holds the replica type. */
  public static final String REPLICA_TYPE = "replicaType";

  /** The name of the member that holds the sync mode, as this class and format 2 call it. */
  public static final String SYNC_MODE = "syncMode";

  /** The name of the member that holds the schema hash. */
  public static final String SCHEMA_HASH = "schemaHash";

  private final ReplicaType replicaType;
  private final SyncMode syncMode;
  private final String schemaHash;
  private final JsonObject json;

  private StoreMeta(
      ReplicaType replicaType, SyncMode syncMode, String schemaHash, JsonObject json) {
    this.replicaType = replicaType;
    this.syncMode = syncMode;
    this.schemaHash = schemaHash;
    this.json = json;
  }

  /**
   * Returns metadata of the three known members, in their canonical order.
   *
   * @param replicaType the kind of replica
   * @param syncMode how the document is synchronised
   * @param schemaHash the hash of the document's schema, any text
   * @throws NullPointerException if an argument is null
   */
  public static StoreMeta of(ReplicaType replicaType, SyncMode syncMode, String schemaHash) {
    Map<String, JsonValue> members = LinkedHashMap.newLinkedHashMap(3);
    members.put(
        REPLICA_TYPE,
        new JsonArray(
            List.of(
                new JsonString(replicaType.name()),
                JsonNumber.of(replicaType.major()),
                JsonNumber.of(replicaType.minor()))));
    Map<String, JsonValue> axes = LinkedHashMap.newLinkedHashMap(3);
    axes.put("writerModel", new JsonString(syncMode.writerModel().jsonName()));
    axes.put("delivery", new JsonString(syncMode.delivery().jsonName()));
    axes.put("durability", new JsonString(syncMode.durability().jsonName()));
    members.put(SYNC_MODE, new JsonObject(axes));
    members.put(SCHEMA_HASH, new JsonString(schemaHash));
    return new StoreMeta(replicaType, syncMode, schemaHash, new JsonObject(members));
  }

  /**
   * Reads metadata from its JSON form.
   *
   * @param json an object with at least the members {@value #REPLICA_TYPE}, {@value #SYNC_MODE} and
   *     {@value #SCHEMA_HASH}; others are kept
   * @throws IllegalArgumentException if one of the three is missing or is not what it must be; the
   *     message names it and says what was found
   */
  public static StoreMeta fromJson(JsonObject json) {
    return new StoreMeta(
        MetaReader.replicaType(json),
        MetaReader.syncMode(json),
        MetaReader.text(json, SCHEMA_HASH),
        json);
  }

  /** Returns the kind of replica. */
  public ReplicaType replicaType() {
    return replicaType;
  }

  /** Returns how the document is synchronised. */
  public SyncMode syncMode() {
    return syncMode;
  }

  /** Returns the hash of the document's schema. */
  public String schemaHash() {
    return schemaHash;
  }

  /** Returns a member by its name, known or not; empty if there is none. */
  public Optional<JsonValue> member(String name) {
    return Optional.ofNullable(json.members().get(name));
  }

  /**
   * Returns this metadata with one more member at its end, or with another value for it in place.
   *
   * @throws IllegalArgumentException if a known member is given a value that it cannot have
   */
  public StoreMeta with(String name, JsonValue value) {
    Map<String, JsonValue> members = new LinkedHashMap<>(json.members());
    members.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
    return fromJson(new JsonObject(members));
  }

  /** Returns all members in their order, the sync mode under {@value #SYNC_MODE}. */
  public JsonObject toJson() {
    return json;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoreMeta that && json.equals(that.json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  /** Returns the JSON text of {@link #toJson()}. */
  @Override
  public String toString() {
    return json.toString();
  }
}
