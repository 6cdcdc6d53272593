package org.kyneta.benchmarks.load;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.kyneta.benchmarks.load.Client.Part;
import org.kyneta.relay.replica.Replica;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;

/** A client that has nothing, is sent everything, and compares it with what there must be. */
final class FreshReader {

  private static final int DOCUMENTS_AT_A_TIME = 5_000;

  private final Loop loop;
  private final Fleet fleet;
  private final Duration patience;

  FreshReader(Loop loop, Fleet fleet, Duration patience) {
    this.loop = loop;
    this.fleet = fleet;
    this.patience = patience;
  }

  /**
   * Expectation for a document.
   *
   * @param replay the document
   * @param least how many edits there must be at least
   */
  record Expected(Replay replay, int least) {}

  /** One document as it comes. */
  private static final class Reading implements Part {

    private final Expected expected;
    private final Replica replica = Trace.emptyReplica();
    private @Nullable String complete;

    Reading(Expected expected) {
      this.expected = expected;
    }

    @Override
    public String docId() {
      return expected.replay.docId();
    }

    @Override
    public @Nullable String version() {
      return null;
    }

    /** What was asked for comes before the relay asks back. */
    @Override
    public void asked(Interest interest) {
      if (!interest.reciprocate()) {
        complete = interest.version();
      }
    }

    @Override
    public void offered(Offer offer) {
      byte[] _ = Contents.take(offer, replica);
    }

    @Override
    public void disconnected() {
      // It connects again.
    }

    boolean isComplete() {
      return complete != null;
    }

    int found() {
      return expected.replay.trace().lengthAt(replica.version());
    }
  }

  /** Takes down what there must be; on the thread of the loop only. */
  static List<Expected> expect(Fleet fleet, ToIntFunction<Replay> least) {
    return fleet.documents().stream()
        .map(replay -> new Expected(replay, least.applyAsInt(replay)))
        .toList();
  }

  /** Reads all documents of every relay, and returns how many edits are missing. */
  long missing(List<Expected> all) {
    long missing = 0;
    for (int from = 0; from < all.size(); from += DOCUMENTS_AT_A_TIME) {
      List<Expected> some = all.subList(from, Math.min(all.size(), from + DOCUMENTS_AT_A_TIME));
      for (InetSocketAddress address : fleet.addresses()) {
        missing += read(some, address);
      }
    }
    return missing;
  }

  private long read(List<Expected> some, InetSocketAddress address) {
    List<Reading> readings = some.stream().map(Reading::new).toList();
    Client client = new Client("fresh-" + System.nanoTime(), fleet, address);
    loop.run(() -> {
      client.open(readings);
      client.connect();
    });
    boolean inTime = loop.await(patience, () -> readings.stream().allMatch(Reading::isComplete));
    return loop.call(() -> {
      client.retire();
      return readings.stream().mapToLong(reading -> missing(reading, inTime)).sum();
    });
  }

  private long missing(Reading reading, boolean inTime) {
    int found = reading.found();
    int least = reading.expected.least;
    if (found >= least) {
      return 0;
    }
    fleet.problem(
        "document %s: expected a fresh client to be sent %d edits at least, found %s%s"
            .formatted(
                reading.docId(),
                least,
                found < 0 ? "something else" : found,
                inTime ? "" : ", and not all answers within " + patience));
    return (long) least - Math.max(0, found);
  }
}
