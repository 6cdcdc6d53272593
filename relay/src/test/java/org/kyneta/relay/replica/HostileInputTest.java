package org.kyneta.relay.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.relay.replica.Offers.bytes;
import static org.kyneta.relay.replica.Offers.offer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kyneta.store.StoreRecord.Entry;

/** Payloads and versions that are broken on purpose: all that they may do is to be refused. */
class HostileInputTest {

  /** Structs and values of every kind, a gap, and deletions. */
  private static final byte[] YJS =
      YjsUpdates.of(9, 0, 13)
          .first("aü→😀")
          .behind(9, 4, "b")
          .between(9, 5, 9, 0, "c")
          .collected(300)
          .raw(0x01, 1, 1, 't', 3)
          .raw(0x22, 1, 1, 't', 1, 'k', 2, 1, '1', 2, '"', '"')
          .raw(0x83, 9, 0, 2, 1, 2)
          .skip(2)
          .raw(0x86, 9, 0, 1, 'b', 4, 't', 'r', 'u', 'e')
          .raw(0x87, 9, 0, 3, 1, 'p')
          .raw(0x28, 0, 9, 3, 1, 'k', 3, 117, 2, 126, 125, 0x81, 1, 118, 1, 1, 'a', 119, 1, 'x')
          .raw(116, 1, 7)
          .raw(0x85, 9, 0, 2, '{', '}')
          .raw(0x89, 9, 0, 1, 'd', 118, 0)
          .deleting(2)
          .ranges(9, 1, 1, 3, 2, 8, 1000);

  private static final byte[] LORO =
      LoroBlob.of(
          List.of(
              LoroReplicaTest.block(5, 0, 3, 4),
              LoroReplicaTest.block(-1, 2, 300, 40),
              LoroReplicaTest.block(5, 3, 4, 0)));

  private static byte[] yjs() {
    byte[] deletions = {7, 2, 0, 1, 5, 1};
    byte[] update = Arrays.copyOf(YJS, YJS.length + deletions.length);
    System.arraycopy(deletions, 0, update, YJS.length, deletions.length);
    return update;
  }

  private static Replica yjsReplica() throws UnreadableException {
    YjsReplica replica = new YjsReplica(Dialect.V3);
    replica.hydrate(offer(YjsUpdates.of(9, 0, 1).first("aü").deleting(1).ranges(9, 0, 1)));
    return replica;
  }

  private static Replica loroReplica() throws UnreadableException {
    LoroReplica replica = new LoroReplica();
    replica.hydrate(offer(LoroBlob.of(List.of(LoroReplicaTest.block(5, 0, 2, 3)))));
    return replica;
  }

  /** Writes into a blob the checksum that fits, so that it is read further than that. */
  private static byte[] sealed(byte[] blob) {
    byte[] sealed = blob.clone();
    int checksum = XxHash32.hash(sealed, 20, sealed.length, 0x4f524f4c);
    for (int i = 0; i < 4; i++) {
      sealed[16 + i] = (byte) (checksum >>> (8 * i));
    }
    return sealed;
  }

  /** Merges a payload that may be anything. */
  private static void attack(Replica replica, byte[] payload) throws UnreadableException {
    String version = replica.version();
    List<Entry> compacted = replica.compacted();
    Merge merge;
    try {
      merge = replica.merge(offer(payload));
    } catch (UnreadableException e) {
      assertThat(replica.version()).isEqualTo(version);
      assertThat(replica.compacted()).isEqualTo(compacted);
      return;
    }
    Replica stored = replica instanceof YjsReplica ? yjsReplica() : loroReplica();
    if (merge instanceof Merge.Learned learned) {
      stored.hydrate(learned.stored());
    }
    assertThat(stored.version()).isEqualTo(replica.version());
    Replica again = replica instanceof YjsReplica ? new YjsReplica(Dialect.V3) : new LoroReplica();
    for (Entry entry : replica.compacted()) {
      again.hydrate(entry);
    }
    assertThat(again.version()).isEqualTo(replica.version());
    for (Entry entry : replica.export(version)) {
      assertThat(bytes(entry)).isNotEmpty();
    }
  }

  @Test
  @Timeout(60)
  void whatIsWholeIsTakenIn() throws UnreadableException {
    assertThat(yjsReplica().merge(offer(yjs()))).isInstanceOf(Merge.Learned.class);
    assertThat(loroReplica().merge(offer(LORO))).isInstanceOf(Merge.Learned.class);
    assertThat(sealed(LORO)).isEqualTo(LORO);
  }

  @Test
  @Timeout(60)
  void whatEndsTooEarlyIsRefused() throws UnreadableException {
    byte[] update = yjs();
    for (int length = 0; length < update.length; length++) {
      byte[] cut = Arrays.copyOf(update, length);
      assertThatExceptionOfType(UnreadableException.class)
          .isThrownBy(() -> yjsReplica().merge(offer(cut)));
      attack(yjsReplica(), cut);
    }
    for (int length = 0; length < LORO.length; length++) {
      byte[] cut = Arrays.copyOf(LORO, length);
      assertThatExceptionOfType(UnreadableException.class)
          .isThrownBy(() -> loroReplica().merge(offer(cut)));
      attack(loroReplica(), length < 22 ? cut : sealed(cut));
    }
  }

  @Test
  @Timeout(60)
  void noBitThatIsFlippedDoesMoreThanToBeRefused() throws UnreadableException {
    byte[] update = yjs();
    for (int bit = 0; bit < 8 * update.length; bit++) {
      attack(yjsReplica(), flipped(update, bit));
    }
    for (int bit = 0; bit < 8 * LORO.length; bit++) {
      attack(loroReplica(), flipped(LORO, bit));
      attack(loroReplica(), sealed(flipped(LORO, bit)));
    }
  }

  private static byte[] flipped(byte[] bytes, int bit) {
    byte[] flipped = bytes.clone();
    flipped[bit / 8] ^= (byte) (1 << (bit % 8));
    return flipped;
  }

  @Property
  void severalChangesDoNoMoreThanOne(@ForAll long seed) throws UnreadableException {
    Random random = new Random(seed);
    attack(yjsReplica(), changed(yjs(), 0, random));
    attack(loroReplica(), sealed(changed(LORO, 22, random)));
  }

  private static byte[] changed(byte[] bytes, int from, Random random) {
    byte[] changed = bytes.clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = from + random.nextInt(changed.length - from);
      switch (random.nextInt(3)) {
        case 0 -> changed[at] = (byte) random.nextInt();
        case 1 -> changed[at] = (byte) (random.nextBoolean() ? 0xff : 0x7f);
        default -> {
          int length = Math.min(random.nextInt(12), changed.length - at);
          System.arraycopy(bytes, random.nextInt(bytes.length - length), changed, at, length);
        }
      }
    }
    return changed;
  }

  @Property
  void bytesOfNoKindDoNoHarm(@ForAll byte[] bytes) throws UnreadableException {
    attack(yjsReplica(), bytes);
    attack(loroReplica(), bytes);
    byte[] blob = Arrays.copyOf(LoroBlob.of(List.of()), 22 + bytes.length);
    System.arraycopy(bytes, 0, blob, 22, bytes.length);
    attack(loroReplica(), sealed(blob));
  }

  @Property
  void versionsOfNoKindAreRefusedOrUnderstood(@ForAll String text, @ForAll byte[] bytes)
      throws UnreadableException {
    String vector = new BinaryOutput().write(bytes).toBase64();
    for (Replica replica : List.of(yjsReplica(), loroReplica())) {
      for (String version : List.of(text, vector, vector + ".0", text + "." + vector)) {
        try {
          assertThat(replica.export(version)).isNotEmpty();
          assertThat(replica.relationTo(version)).isNotNull();
        } catch (UnreadableException e) {
          assertThat(e).hasMessageStartingWith("expected ");
        }
      }
    }
  }

  /** Work that grows with the square of the input would take hours. */
  @Test
  @Timeout(60)
  void manyPiecesInTheWorstOrderTakeNoLongerThanTheyMust() throws UnreadableException {
    int count = 300_000;
    BinaryOutput deletions = new BinaryOutput().unsigned(0).unsigned(1).unsigned(7).unsigned(count);
    BinaryOutput clients = new BinaryOutput().unsigned(count);
    for (int i = count; i > 0; i--) {
      deletions.unsigned(2L * i).unsigned(1);
      clients.unsigned(1).unsigned(count - i).unsigned(5).octet(0).unsigned(1);
    }
    Replica replica = new YjsReplica(Dialect.V3);
    replica.merge(offer(deletions.toByteArray()));
    replica.merge(offer(clients.unsigned(0).toByteArray()));
    assertThat(replica.compacted()).hasSize(1);
  }

  private static Replica plainReplica(String change) throws UnreadableException {
    Replica replica = new PlainReplica(Dialect.V3);
    String path = "[{\"type\":\"field\",\"field\":\"a\"}]";
    replica.merge(Entries.since(1, Entries.operation(path, change)));
    return replica;
  }

  @Test
  @Timeout(60)
  void aLargeSetIsMadeWithoutComparingEachMemberWithEach() throws UnreadableException {
    int count = 200_000;
    StringJoiner members = new StringJoiner(",", "[", "]");
    for (int i = 0; i < count; i++) {
      members.add("{\"b\":[" + i + "]}").add("{ \"b\" : [" + i + ".0] }");
    }
    Replica replica =
        plainReplica(
            "{\"type\":\"set-op\",\"add\":%s,\"remove\":[{\"b\":[7]}]}".formatted(members));
    assertThat(new PlainState(Entries.content(replica)).members().get("a"))
        .isInstanceOfSatisfying(
            Node.Items.class, items -> assertThat(items.list).hasSize(count - 1));
  }

  /** Marks that are set on every run of a rich text are printed with each. */
  @Test
  @Timeout(60)
  void marksDoNotMultiplyByRuns() throws UnreadableException {
    int count = 3_000;
    Replica replica = plainReplica(richText(runs(count)));
    String before = Entries.content(replica);
    StringJoiner marks = new StringJoiner(",", "{", "}");
    for (int i = 0; i < count; i++) {
      marks.add("\"%d\":1".formatted(i));
    }
    String steps = "{\"format\":%d,\"marks\":%s},{\"insert\":\"lost\"}".formatted(count, marks);
    merge(replica, 2, richText(steps));
    assertThat(Entries.content(replica)).as("as if it were of no known kind").isEqualTo(before);
    merge(replica, 3, richText("{\"insert\":\"kept\"}"));
    assertThat(Entries.content(replica)).startsWith("{\"a\":[{\"text\":\"kept\"}");
    assertThat(Entries.hydrated(new PlainReplica(Dialect.V3), replica.compacted()).compacted())
        .as("what was left out is still among the changes")
        .isEqualTo(replica.compacted());
  }

  /** A mark that is printed once for a run is printed twice once that is split. */
  @Test
  @Timeout(60)
  void aLargeMarkDoesNotMultiplyBySplittingItsRun() throws UnreadableException {
    String large = "{\"m\":\"%s\"}".formatted("x".repeat(100_000));
    Replica replica =
        plainReplica(
            richText("{\"insert\":\"%s\",\"marks\":%s}".formatted("y".repeat(1_000), large)));
    String before = Entries.content(replica);
    merge(
        replica, 2, richText("{\"retain\":1},{\"insert\":\"-\"},".repeat(999) + "{\"retain\":1}"));
    assertThat(Entries.content(replica)).isEqualTo(before);
  }

  /** What several texts of a document take is counted together, and only what there still is. */
  @Test
  @Timeout(60)
  void marksAreBoundedForAllTextsOfADocument() throws UnreadableException {
    String large = "{\"m\":\"%s\"}".formatted("x".repeat(100_000));
    String half =
        "{\"insert\":\"--\",\"marks\":%s},{\"insert\":\"y\"},".formatted(large)
            + "{\"insert\":\"-\",\"marks\":%s},{\"insert\":\"y\"},".formatted(large).repeat(80)
            + "{\"insert\":\"y\"}";
    PlainState state = new PlainState("{}");
    for (int i = 0; i < 5; i++) {
      state.apply("[%s]".formatted(Entries.operation(field("same"), richText(half))));
      state.apply("[%s]".formatted(Entries.setting("same", "null")));
    }
    assertThat(state.complete()).as("one after the other").isTrue();
    state.apply("[%s]".formatted(Entries.operation(field("one"), richText(half))));
    assertThat(state.complete()).isTrue();
    state.apply("[%s]".formatted(Entries.operation(field("two"), richText(half))));
    state.apply("[%s]".formatted(Entries.operation(field("three"), richText(half))));
    assertThat(state.complete()).as("all at once").isFalse();
    PlainState again = new PlainState(state.image());
    again.apply("[%s]".formatted(Entries.operation(field("three"), richText(half))));
    assertThat(again.complete()).as("what is in an image counts").isFalse();
    assertThat(again.members()).doesNotContainKey("three");
  }

  private static String field(String name) {
    return "[{\"type\":\"field\",\"field\":\"%s\"}]".formatted(name);
  }

  private static String richText(String steps) {
    return "{\"type\":\"richtext\",\"instructions\":[%s]}".formatted(steps);
  }

  /** Returns steps that insert so many runs of one character. */
  private static String runs(int count) {
    StringJoiner steps = new StringJoiner(",");
    for (int i = 0; i < count; i++) {
      steps.add("{\"insert\":\"%d\",\"marks\":{\"n\":%d}}".formatted(i % 10, i));
    }
    return steps.toString();
  }

  private static void merge(Replica replica, int number, String change) throws UnreadableException {
    replica.merge(Entries.since(number, Entries.operation(field("a"), change)));
  }

  /** As many threads as there are to run virtual ones must not keep all others out. */
  @Test
  @Timeout(120)
  void imagesThatTakeLongLeaveTheProcessorsToOthers() throws Exception {
    StringJoiner steps = new StringJoiner(",", "[", "]");
    for (int i = 0; i < 4_000; i++) {
      steps.add("{\"action\":\"create\",\"target\":\"n%d\",\"index\":0}".formatted(i));
      steps.add("{\"action\":\"delete\",\"target\":\"d%d\"}".formatted(i));
    }
    String change = "{\"type\":\"tree\",\"instructions\":%s}".formatted(steps);
    int carriers =
        Integer.getInteger(
            "jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());
    CountDownLatch begun = new CountDownLatch(carriers);
    AtomicInteger done = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> images = new ArrayList<>();
      for (int i = 0; i < carriers; i++) {
        Replica replica = plainReplica(change);
        images.add(
            threads.submit(() -> {
              begun.countDown();
              String image = Entries.content(replica);
              done.incrementAndGet();
              return image;
            }));
      }
      begun.await();
      int doneBefore = threads.submit(done::get).get();
      assertThat(doneBefore).as("images before something quick").isZero();
      for (Future<String> image : images) {
        assertThat(image.get()).contains("n3999");
      }
    }
  }

  @Test
  @Timeout(60)
  void moreClientsThanAnyDocumentHasAreRefused() {
    int count = (1 << 20) + 1;
    BinaryOutput clients = new BinaryOutput().unsigned(count);
    BinaryOutput deletions = new BinaryOutput().unsigned(0).unsigned(count);
    List<LoroBlock> blocks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.unsigned(1).unsigned(i).unsigned(0).octet(0).unsigned(1);
      deletions.unsigned(i).unsigned(1).unsigned(0).unsigned(1);
      blocks.add(LoroReplicaTest.block(i, 0, 1, 0));
    }
    clients.unsigned(0);
    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> yjsReplica().merge(offer(clients.toByteArray())));
    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> yjsReplica().merge(offer(deletions.toByteArray())));
    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> loroReplica().merge(offer(LoroBlob.of(blocks))));
  }
}
