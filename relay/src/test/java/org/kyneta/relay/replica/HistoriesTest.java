package org.kyneta.relay.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.relay.replica.Offers.offer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kyneta.relay.replica.Histories.History;
import org.kyneta.store.StoreRecord.Entry;

/**
 * Random histories of real documents, taken in by replicas and given back to the real libraries.
 */
class HistoriesTest {

  private static final int COUNT = Integer.getInteger("kyneta.histories", 1_000);

  private static Histories histories;

  @BeforeAll
  static void start() throws IOException {
    histories = Histories.start();
  }

  @AfterAll
  static void stop() throws IOException {
    if (histories != null) {
      histories.close();
    }
  }

  @Test
  void yjsHistoriesSurviveTheReplica() throws IOException, UnreadableException {
    for (int seed = 0; seed < COUNT; seed++) {
      History history = histories.make("yjs", seed);
      Dialect dialect = seed % 4 == 0 ? Dialect.V1 : Dialect.V3;
      Replica replica = survive("yjs", seed, history, () -> new YjsReplica(dialect));
      // What is deleted only by integrating concurrent changes is not known here.
      if (seed % 5 == 0) {
        assertThat(replica.relationTo(history.version())).isEqualTo(Relation.EQUAL);
        if (dialect == Dialect.V3) {
          assertThat(replica.version()).isEqualTo(history.version());
        }
      }
    }
  }

  @Test
  void loroHistoriesSurviveTheReplica() throws IOException, UnreadableException {
    for (int seed = 0; seed < COUNT; seed++) {
      History history = histories.make("loro", seed);
      Replica replica = survive("loro", seed, history, LoroReplica::new);
      assertThat(replica.relationTo(history.version())).isEqualTo(Relation.EQUAL);
    }
  }

  private static Replica survive(String type, int seed, History history, Supplier<Replica> factory)
      throws IOException, UnreadableException {
    try {
      return survive(new Random(seed), history, factory);
    } catch (AssertionError e) {
      throw new AssertionError("%s history %d".formatted(type, seed), e);
    }
  }

  private static Replica survive(Random random, History history, Supplier<Replica> factory)
      throws IOException, UnreadableException {
    Replica replica = factory.get();
    Replica stored = factory.get();
    Replica follower = factory.get();
    for (Entry offered : offersOf(history, random)) {
      String before = replica.version();
      switch (replica.merge(offered)) {
        case Merge.Unchanged unchanged -> assertThat(replica.version()).isEqualTo(before);
        case Merge.Learned learned -> {
          stored.hydrate(learned.stored());
          assertThat(follower.merge(learned.relayed())).isInstanceOf(Merge.Learned.class);
          assertThat(replica.merge(offered)).isEqualTo(new Merge.Unchanged(false));
        }
      }
      assertThat(stored.version()).isEqualTo(replica.version());
      assertThat(follower.version()).isEqualTo(replica.version());
    }
    assertIsComplete(replica, history, random);
    histories.assertCompletes(-1, stored.export(null));
    return replica;
  }

  /** Returns all updates in any order, some twice. */
  private static List<Entry> offersOf(History history, Random random) {
    List<Entry> offers = new ArrayList<>(history.snapshots());
    for (byte[] update : history.updates()) {
      offers.add(offer(update));
      if (random.nextInt(10) == 0) {
        offers.add(offer(update));
      }
    }
    // Histories in their order, in a similar one, and in none.
    int swaps = random.nextInt(3) * offers.size();
    for (int i = 0; i < swaps; i++) {
      int at = random.nextInt(offers.size());
      Collections.swap(offers, at, Math.min(offers.size() - 1, at + random.nextInt(5)));
    }
    if (random.nextInt(3) == 0) {
      Collections.shuffle(offers, random);
    }
    return offers;
  }

  private static void assertIsComplete(Replica replica, History history, Random random)
      throws IOException, UnreadableException {
    int writer = random.nextInt(history.writers().size());
    String version = history.writers().get(writer);
    assertThat(replica.relationTo(version)).isNotEqualTo(Relation.BEHIND);
    histories.assertCompletes(writer, replica.export(version));

    List<Entry> compacted = replica.compacted();
    histories.assertCompletes(-1, compacted);
    assertThat(replica.relationTo(history.version())).isIn(Relation.EQUAL, Relation.CONCURRENT);
    assertThat(replica.relationTo(replica.version())).isEqualTo(Relation.EQUAL);
  }
}
