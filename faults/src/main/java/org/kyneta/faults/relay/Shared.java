package org.kyneta.faults.relay;

import java.util.List;

/**
 * A document that several peers have.
 *
 * @param peers the numbers of those who have it
 * @param writers the numbers of those of them who write to it
 */
record Shared(String id, Kind kind, List<Integer> peers, List<Integer> writers) {}
