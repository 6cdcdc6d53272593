package org.kyneta.store;

import java.util.Objects;

/** One element of a document's stream: its metadata from here on, or a change. Immutable. */
public sealed interface StoreRecord {

  /** Returns a record of metadata. */
  static StoreRecord meta(StoreMeta meta) {
    return new Meta(meta);
  }

  /** Returns a record of a payload and its version. */
  static StoreRecord entry(Payload payload, String version) {
    return new Entry(payload, version);
  }

  /**
   * The document's metadata from this point of the stream on.
   *
   * @param meta the metadata
   */
  record Meta(StoreMeta meta) implements StoreRecord {

    /**
     * Checks the component.
     *
     * @throws NullPointerException if it is null
     */
    public Meta {
      Objects.requireNonNull(meta, "meta");
    }
  }

  /**
   * A change, or a whole image.
   *
   * @param payload the content
   * @param version the writer's version after it, opaque to the store, may be empty
   */
  record Entry(Payload payload, String version) implements StoreRecord {

    /**
     * Checks the components.
     *
     * @throws NullPointerException if one is null
     */
    public Entry {
      Objects.requireNonNull(payload, "payload");
      Objects.requireNonNull(version, "version");
    }
  }
}
