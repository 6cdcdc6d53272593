package org.kyneta.relay.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.BeforeTry;
import org.kyneta.relay.document.Task.Dismissed;
import org.kyneta.relay.document.Task.FromPeer;
import org.kyneta.relay.document.Task.Left;
import org.kyneta.relay.document.Task.Offered;
import org.kyneta.relay.document.Task.Rest;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;

/** Who is served when, and that nobody is served twice, or never. */
class MailboxProperties {

  private static final int PEERS = 4;

  private final List<SwitchedPeer> peers = new ArrayList<>();
  private final List<Task> done = new ArrayList<>();
  private final AtomicInteger atATime = new AtomicInteger();
  private Workers workers = new Workers();

  @BeforeTry
  void begin() {
    workers = new Workers();
    peers.clear();
    done.clear();
    for (int i = 0; i < PEERS; i++) {
      peers.add(new SwitchedPeer());
    }
  }

  private Mailbox mailbox() {
    return new Mailbox(
        workers,
        tasks -> {
          assertThat(atATime.incrementAndGet()).isOne();
          done.addAll(tasks);
          atATime.decrementAndGet();
        });
  }

  /** Every number is a task: of which peer, of which kind, and whether the peer is greedy then. */
  @Property(tries = 200)
  void everyTaskIsDoneOnceAndThoseOfAPeerInTheirOrder(
      @ForAll @Size(max = 300) List<@IntRange(max = 31) Integer> numbers) {
    Mailbox mailbox = mailbox();
    Map<Peer, List<Task>> posted = new HashMap<>();
    for (int number : numbers) {
      SwitchedPeer peer = peers.get(number % PEERS);
      peer.greedy = number / PEERS % 2 == 0;
      Task task =
          switch (number / (2 * PEERS)) {
            case 0, 1 -> offered(peer);
            case 2 -> new Dismissed(peer, new Receipt(() -> {}));
            default -> new Left(peer);
          };
      assertThat(mailbox.post(task)).isTrue();
      posted.computeIfAbsent(peer, key -> new ArrayList<>()).add(task);
    }
    assertThat(workers.close(Duration.ofSeconds(10))).isTrue();
    assertThat(done).hasSize(numbers.size());
    posted.forEach((peer, tasks) ->
        assertThat(done)
            .filteredOn(task -> peer.equals(peerOf(task)))
            .usingElementComparator((a, b) -> a == b ? 0 : 1)
            .containsExactlyElementsOf(tasks));
  }

  @Example
  void whatAGreedyPeerWantsWaitsForWhatOthersWant() throws InterruptedException {
    CountDownLatch working = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    Mailbox mailbox =
        new Mailbox(
            workers,
            tasks -> {
              done.addAll(tasks);
              working.countDown();
              try {
                released.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    mailbox.post(new Rest());
    working.await();
    SwitchedPeer greedy = peers.getFirst();
    greedy.greedy = true;
    Task first = new Dismissed(greedy, new Receipt(() -> {}));
    Task second = new Dismissed(greedy, new Receipt(() -> {}));
    Task other = offered(peers.getLast());
    mailbox.post(first);
    mailbox.post(second);
    mailbox.post(other);
    released.countDown();
    assertThat(workers.close(Duration.ofSeconds(10))).isTrue();
    assertThat(done.subList(1, 4)).containsExactly(other, first, second);
  }

  private static Task offered(Peer peer) {
    Offer offer = new Offer("doc", Payload.json(Kind.SINCE, "[]"), "v", /* reciprocate= */ false);
    return new Offered(peer, offer, new Receipt(() -> {}));
  }

  private static Peer peerOf(Task task) {
    return switch (task) {
      case FromPeer fromPeer -> fromPeer.peer();
      case Left(Peer peer) -> peer;
      default -> throw new AssertionError(task);
    };
  }
}
