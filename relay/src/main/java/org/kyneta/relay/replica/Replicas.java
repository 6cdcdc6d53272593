package org.kyneta.relay.replica;

import java.time.InstantSource;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.SyncMode;

/** Makes replicas of every supported type. */
public final class Replicas {

  private static final String PLAIN = "plain";
  private static final String STATE = "state";
  private static final String YJS = "yjs";
  private static final String LORO = "loro";

  private final InstantSource clock;

  /**
   * Makes a factory.
   *
   * @param clock tells the time to replicas whose versions are times
   */
  public Replicas(InstantSource clock) {
    this.clock = clock;
  }

  /** Returns whether there are replicas of a type in a sync mode. */
  public static boolean supports(ReplicaType type, SyncMode mode) {
    return type.major() == 1
        && switch (type.name()) {
          case PLAIN -> mode.equals(SyncMode.AUTHORITATIVE) || mode.equals(SyncMode.EPHEMERAL);
          case STATE -> mode.equals(SyncMode.EPHEMERAL);
          case YJS, LORO -> mode.equals(SyncMode.COLLABORATIVE);
          default -> false;
        };
  }

  /** Returns how a document's versions are written, which the hash of its schema tells. */
  public static Dialect dialect(String schemaHash) {
    return schemaHash.startsWith("00") ? Dialect.V1 : Dialect.V3;
  }

  /**
   * Returns a replica of a document without content.
   *
   * @param meta the document's metadata
   * @throws IllegalArgumentException if its type and mode are not {@linkplain #supports supported}
   */
  public Replica empty(StoreMeta meta) {
    if (!supports(meta.replicaType(), meta.syncMode())) {
      throw new IllegalArgumentException(
          "expected a supported replica type and sync mode, found %s and %s"
              .formatted(meta.replicaType(), meta.syncMode()));
    }
    Dialect dialect = dialect(meta.schemaHash());
    return switch (meta.replicaType().name()) {
      case PLAIN ->
          meta.syncMode().equals(SyncMode.EPHEMERAL)
              ? new EphemeralReplica(clock)
              : new PlainReplica(dialect);
      case STATE -> new StateReplica(clock);
      case YJS -> new YjsReplica(dialect);
      default -> new LoroReplica();
    };
  }
}
