package org.kyneta.store;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.JsonValue.JsonArray;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;

/** Reads the known members of metadata from JSON. */
final class MetaReader {

  private static final int SHOWN = 80;

  private MetaReader() {}

  static ReplicaType replicaType(JsonObject json) {
    JsonValue value = json.members().get(StoreMeta.REPLICA_TYPE);
    if (value instanceof JsonArray array
        && array.elements().size() == 3
        && array.elements().get(0) instanceof JsonString name
        && array.elements().get(1) instanceof JsonNumber major
        && array.elements().get(2) instanceof JsonNumber minor) {
      try {
        return new ReplicaType(
            name.value(), Integer.parseInt(major.literal()), Integer.parseInt(minor.literal()));
      } catch (IllegalArgumentException e) {
        throw unexpected(StoreMeta.REPLICA_TYPE, "versions from 0 to " + Integer.MAX_VALUE, value);
      }
    }
    throw unexpected(StoreMeta.REPLICA_TYPE, "an array of a name and two numbers", value);
  }

  static SyncMode syncMode(JsonObject json) {
    JsonValue value = json.members().get(StoreMeta.SYNC_MODE);
    if (!(value instanceof JsonObject axes)) {
      throw unexpected(StoreMeta.SYNC_MODE, "an object of three axes", value);
    }
    return new SyncMode(
        axis(axes, "writerModel", SyncMode.WriterModel.values(), SyncMode.WriterModel::jsonName),
        axis(axes, "delivery", SyncMode.Delivery.values(), SyncMode.Delivery::jsonName),
        axis(axes, "durability", SyncMode.Durability.values(), SyncMode.Durability::jsonName));
  }

  static String text(JsonObject json, String name) {
    JsonValue value = json.members().get(name);
    if (value instanceof JsonString text) {
      return text.value();
    }
    throw unexpected(name, "a string", value);
  }

  private static <E> E axis(
      JsonObject axes, String name, E[] constants, Function<E, String> jsonName) {
    JsonValue value = axes.members().get(name);
    if (value instanceof JsonString text) {
      for (E constant : constants) {
        if (jsonName.apply(constant).equals(text.value())) {
          return constant;
        }
      }
    }
    String expected = Arrays.stream(constants).map(jsonName).collect(Collectors.joining(" or "));
    throw unexpected(StoreMeta.SYNC_MODE + "." + name, expected, value);
  }

  private static IllegalArgumentException unexpected(
      String member, String expected, @Nullable JsonValue found) {
    String shown = found == null ? "nothing" : found.toString();
    if (shown.length() > SHOWN) {
      shown = shown.substring(0, SHOWN) + "…";
    }
    return new IllegalArgumentException(
        "metadata member " + member + ": expected " + expected + ", found " + shown);
  }
}
