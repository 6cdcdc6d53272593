package org.kyneta.relay.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.relay.replica.Entries.LINEAGE;
import static org.kyneta.relay.replica.Entries.content;
import static org.kyneta.relay.replica.Entries.hydrated;
import static org.kyneta.relay.replica.Entries.since;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.kyneta.store.StoreRecord.Entry;

class PlainReplicaProperties {

  /** A run of a session's batches; both bounds are taken modulo what there is. */
  record Run(int from, int length) {}

  @Property(tries = 300)
  void offersInAnyOrderConvergeOnceTheGapsAreFilled(
      @ForAll("sessions") List<String> session,
      @ForAll @Size(max = 40) List<@From("runs") Run> runs)
      throws UnreadableException {
    PlainReplica writer = written(session);
    PlainReplica replica = new PlainReplica(Dialect.V3);
    List<Entry> stored = new ArrayList<>();

    for (Run run : runs) {
      Merge merge = replica.merge(offer(session, run));
      keep(merge, stored);
      if (merge.incomplete()) {
        for (Entry entry : writer.export(replica.version())) {
          keep(replica.merge(entry), stored);
        }
      }
    }
    for (Entry entry : writer.export(replica.version())) {
      keep(replica.merge(entry), stored);
    }

    assertSame(replica, writer, session.size());
    assertSame(hydrated(new PlainReplica(Dialect.V3), stored), writer, session.size());
  }

  @Property(tries = 300)
  void anyAnswerBringsAPeerUpToDate(
      @ForAll("sessions") List<String> session, @ForAll("runs") Run had)
      throws UnreadableException {
    PlainReplica writer = written(session);
    int count = had.from % (session.size() + 1);
    PlainReplica peer = written(session.subList(0, count));

    for (Entry entry : writer.export(peer.version())) {
      peer.merge(entry);
    }

    assertSame(peer, writer, session.size());
  }

  @Property(tries = 300)
  void compactionAtAnyTimeKeepsVersionAndContent(
      @ForAll("sessions") List<String> session, @ForAll("runs") Run at) throws UnreadableException {
    PlainReplica writer = written(session);
    int count = at.from % (session.size() + 1);
    PlainReplica replica = new PlainReplica(Dialect.V3, 0);
    replica.merge(since(count, session.subList(0, count).toArray(String[]::new)));

    replica = hydrated(new PlainReplica(Dialect.V3, 0), replica.compacted());
    List<Entry> stream = new ArrayList<>(replica.compacted());
    keep(replica.merge(offer(session, new Run(count, session.size()))), stream);

    assertThat(content(replica)).isEqualTo(content(writer));
    assertThat(replica.version()).isEqualTo(writer.version());
    assertThat(content(hydrated(new PlainReplica(Dialect.V3), stream))).isEqualTo(content(writer));
  }

  /** As the original writes: each delta goes back to the version whose write was confirmed. */
  @Property(tries = 300)
  void overlappingStreamsAreReadAsWhatWasWritten(
      @ForAll("sessions") List<String> session,
      @ForAll @Size(min = 1, max = 30) List<Boolean> confirmed)
      throws UnreadableException {
    PlainReplica replica = new PlainReplica(Dialect.V3);
    replica.hydrate(Entries.entirety("kyneta.genesis", 0, "{}"));
    int from = 0;
    for (int count = 1; count <= session.size(); count++) {
      replica.hydrate(since(count, session.subList(from, count).toArray(String[]::new)));
      if (confirmed.get(count % confirmed.size())) {
        from = count;
      }
    }

    assertSame(replica, written(session), session.size());
  }

  @Provide
  Arbitrary<Run> runs() {
    Arbitrary<Integer> number = Arbitraries.integers().between(0, 1_000);
    return Combinators.combine(number, number).as(Run::new);
  }

  @Provide
  Arbitrary<List<String>> sessions() {
    return operations()
        .list()
        .ofMinSize(1)
        .ofMaxSize(3)
        .map(PlainReplicaProperties::batch)
        .list()
        .ofMaxSize(30);
  }

  private static Arbitrary<String> operations() {
    Arbitrary<Integer> number = Arbitraries.integers().between(0, 9);
    Arbitrary<String> field = Arbitraries.of("a", "b", "é");
    Arbitrary<String> change =
        Combinators.combine(number, number)
            .flatAs((one, other) ->
                Arbitraries.of(
                    "{\"type\":\"replace\",\"value\":{\"n\":%d}}".formatted(one),
                    "{\"type\":\"replace\",\"value\":\"😀%d\"}".formatted(one),
                    "{\"type\":\"replace\",\"value\":[%d,%d]}".formatted(one, other),
                    "{\"type\":\"text\",\"instructions\":[{\"retain\":%d},{\"insert\":\"x\"}]}"
                        .formatted(one),
                    "{\"type\":\"sequence\",\"instructions\":[{\"retain\":%d},{\"delete\":%d}]}"
                        .formatted(one, other),
                    "{\"type\":\"increment\",\"amount\":%d}".formatted(one),
                    "{\"type\":\"map\",\"set\":{\"k%d\":%d}}".formatted(one, other)));
    return Combinators.combine(field, change)
        .as((name, what) ->
            "{\"path\":[{\"type\":\"field\",\"field\":\"%s\"}],\"change\":%s}"
                .formatted(name, what));
  }

  private static String batch(List<String> operations) {
    return "[" + String.join(",", operations) + "]";
  }

  private static PlainReplica written(List<String> session) throws UnreadableException {
    PlainReplica replica = new PlainReplica(Dialect.V3);
    replica.merge(since(session.size(), session.toArray(String[]::new)));
    return replica;
  }

  private static Entry offer(List<String> session, Run run) {
    int from = run.from % (session.size() + 1);
    int to = Math.min(session.size(), from + run.length);
    return since(to, session.subList(from, to).toArray(String[]::new));
  }

  private static void keep(Merge merge, List<Entry> stored) {
    if (merge instanceof Merge.Learned learned) {
      stored.add(learned.stored());
    }
  }

  private static void assertSame(PlainReplica replica, PlainReplica writer, int count)
      throws UnreadableException {
    assertThat(replica.version()).isEqualTo(writer.version());
    assertThat(content(replica)).isEqualTo(content(writer));
    for (int had = 0; had <= count; had++) {
      String version = LINEAGE + ":" + had;
      assertThat(replica.export(version)).isEqualTo(writer.export(version));
    }
  }
}
