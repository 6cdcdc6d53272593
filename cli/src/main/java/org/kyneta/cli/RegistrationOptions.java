package org.kyneta.cli;

import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Json;
import org.kyneta.store.JsonValue.JsonArray;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.JsonValue.JsonString;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.SyncMode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What a document is registered with; a document that exists must have it already. */
final class RegistrationOptions {

  private static final ReplicaType DEFAULT_TYPE = new ReplicaType("yjs", 1, 0);

  @Option(
      names = "--replica-type",
      paramLabel = "TYPE",
      converter = ReplicaTypeConverter.class,
      description = "A new document's replica type, as yjs/1.0 (the default) or [\"yjs\",1,0].")
  private @Nullable ReplicaType replicaType;

  @Option(
      names = "--sync-mode",
      paramLabel = "MODE",
      converter = SyncModeConverter.class,
      description =
          "A new document's sync mode: authoritative, collaborative (the default) or ephemeral.")
  private @Nullable SyncMode syncMode;

  @Option(
      names = "--schema-hash",
      paramLabel = "HASH",
      description = "A new document's schema hash; empty by default.")
  private @Nullable String schemaHash;

  /** Returns the metadata of a new document. */
  StoreMeta meta() {
    return StoreMeta.of(
        Objects.requireNonNullElse(replicaType, DEFAULT_TYPE),
        Objects.requireNonNullElse(syncMode, SyncMode.COLLABORATIVE),
        Objects.requireNonNullElse(schemaHash, ""));
  }

  /** Refuses a document that is other than the options say. */
  void requireSame(String docId, StoreMeta found) {
    require(docId, "--replica-type", replicaType, found.replicaType());
    require(docId, "--sync-mode", syncMode, found.syncMode());
    require(docId, "--schema-hash", schemaHash, found.schemaHash());
  }

  private static void require(
      String docId, String option, @Nullable Object expected, Object found) {
    if (expected != null && !expected.equals(found)) {
      throw new Failure(
          "document %s: %s: expected %s, found %s"
              .formatted(Shown.id(docId), option, expected, found));
    }
  }

  /** Reads {@code yjs/1.0} or {@code ["yjs",1,0]}. */
  static final class ReplicaTypeConverter implements ITypeConverter<ReplicaType> {

    private static final Pattern SHORT = Pattern.compile("(.+)/([0-9]{1,9})\\.([0-9]{1,9})");

    @Override
    public ReplicaType convert(String value) {
      Matcher matcher = SHORT.matcher(value);
      if (matcher.matches()) {
        return new ReplicaType(
            matcher.group(1),
            Integer.parseInt(matcher.group(2)),
            Integer.parseInt(matcher.group(3)));
      }
      try {
        if (value.startsWith("[")
            && Json.parse(value) instanceof JsonArray array
            && array.elements().size() == 3
            && array.elements().get(0) instanceof JsonString name
            && array.elements().get(1) instanceof JsonNumber major
            && array.elements().get(2) instanceof JsonNumber minor) {
          return new ReplicaType(
              name.value(), Integer.parseInt(major.literal()), Integer.parseInt(minor.literal()));
        }
      } catch (IllegalArgumentException e) {
        // Whatever it is, it is not a replica type: refused below.
      }
      throw new TypeConversionException(
          "expected a type such as yjs/1.0 or [\"yjs\",1,0], found " + Shown.text(value, 80));
    }
  }

  /** Reads the name of a sync mode. */
  static final class SyncModeConverter implements ITypeConverter<SyncMode> {

    @Override
    public SyncMode convert(String value) {
      return switch (value.toLowerCase(Locale.ROOT)) {
        case "authoritative" -> SyncMode.AUTHORITATIVE;
        case "collaborative" -> SyncMode.COLLABORATIVE;
        case "ephemeral" -> SyncMode.EPHEMERAL;
        default ->
            throw new TypeConversionException(
                "expected authoritative, collaborative or ephemeral, found "
                    + Shown.text(value, 80));
      };
    }
  }
}
