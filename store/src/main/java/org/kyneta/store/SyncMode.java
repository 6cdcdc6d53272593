package org.kyneta.store;

import java.util.Objects;

/**
 * How a document is synchronised: three independent axes, none of which changes during a document's
 * life.
 *
 * @param writerModel who may write
 * @param delivery what may be sent
 * @param durability whether the content outlives its writers
 */
public record SyncMode(WriterModel writerModel, Delivery delivery, Durability durability) {

  /** One writer at a time, deltas, persistent: a document with an authority. */
  public static final SyncMode AUTHORITATIVE =
      new SyncMode(WriterModel.SERIALIZED, Delivery.DELTA_CAPABLE, Durability.PERSISTENT);

  /** Concurrent writers, deltas, persistent: a CRDT document. */
  public static final SyncMode COLLABORATIVE =
      new SyncMode(WriterModel.CONCURRENT, Delivery.DELTA_CAPABLE, Durability.PERSISTENT);

  /** Concurrent writers, whole images, transient: presence and the like. */
  public static final SyncMode EPHEMERAL =
      new SyncMode(WriterModel.CONCURRENT, Delivery.SNAPSHOT_ONLY, Durability.TRANSIENT);

  /**
   * Checks the components.
   *
   * @throws NullPointerException if one is null
   */
  public SyncMode {
    Objects.requireNonNull(writerModel, "writerModel");
    Objects.requireNonNull(delivery, "delivery");
    Objects.requireNonNull(durability, "durability");
  }

  /** Who may write. */
  public enum WriterModel {
    /** One writer at a time. */
    SERIALIZED("serialized"),
    /** Any number of writers. */
    CONCURRENT("concurrent");

    private final String jsonName;

    WriterModel(String jsonName) {
      this.jsonName = jsonName;
    }

    /** Returns the name used in stored metadata. */
    public String jsonName() {
      return jsonName;
    }
  }

  /** What may be sent. */
  public enum Delivery {
    /** Changes as well as whole images. */
    DELTA_CAPABLE("delta-capable"),
    /** Whole images only. */
    SNAPSHOT_ONLY("snapshot-only");

    private final String jsonName;

    Delivery(String jsonName) {
      this.jsonName = jsonName;
    }

    /** Returns the name used in stored metadata. */
    public String jsonName() {
      return jsonName;
    }
  }

  /** Whether the content outlives its writers. */
  public enum Durability {
    /** It does. */
    PERSISTENT("persistent"),
    /** It need not. */
    TRANSIENT("transient");

    private final String jsonName;

    Durability(String jsonName) {
      this.jsonName = jsonName;
    }

    /** Returns the name used in stored metadata. */
    public String jsonName() {
      return jsonName;
    }
  }

  /** Returns the three axes by their stored names, such as {@code concurrent/delta-capable/…}. */
  @Override
  public String toString() {
    return writerModel.jsonName + "/" + delivery.jsonName + "/" + durability.jsonName;
  }
}
