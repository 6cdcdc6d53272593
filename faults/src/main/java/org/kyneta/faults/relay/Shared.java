package org.kyneta.faults.relay;

import java.util.List;
import java.util.Map;
import org.kyneta.relay.replica.Replica;

/**
 * A document that several peers have.
 *
 * @param peers the numbers of those who have it
 * @param writers the numbers of those of them who write to it
 */
record Shared(String id, Kind kind, List<Integer> peers, List<Integer> writers) {

  /** Returns up to which of their edits a replica has them all, by writer; none for 0. */
  Map<Long, Long> counts(Replica replica) {
    return kind.counts(replica, writers.getFirst());
  }
}
