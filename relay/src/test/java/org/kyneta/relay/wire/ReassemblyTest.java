package org.kyneta.relay.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kyneta.relay.wire.WireException.Reason;

/** Messages in pieces: in any order, among each other, broken, and never finished. */
final class ReassemblyTest {

  private static final int PIECE = 16;
  private static final int GROUPS = 4;
  private static final int GROUP_BYTES = 1000;
  private static final Duration AGE = Duration.ofSeconds(10);
  private static final WireLimits LIMITS =
      new WireLimits(1 << 20, GROUPS, GROUP_BYTES, AGE, 100, 10_000, PIECE);

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private Wire client = Wire.client(WireVersion.V3, LIMITS, now::get);
  private Wire server = Wire.server(LIMITS, now::get);

  private List<ByteBuffer> pieces(int size) {
    List<ByteBuffer> pieces = client.encode(Samples.offer("d", new byte[size]));
    assertThat(pieces).hasSizeGreaterThan(1);
    return new ArrayList<>(pieces);
  }

  private Reason refusal(ByteBuffer frame) {
    WireException refusal = catchThrowableOfType(WireException.class, () -> server.accept(frame));
    assertThat(refusal).isNotNull().hasMessageContaining("expected");
    return refusal.reason();
  }

  private static ByteBuffer fragment(int group, int index, int total, long size, int length) {
    return Frame.fragment(
        WireVersion.V3,
        new Body(new byte[length]),
        new Frame.Fragment(group, index, total, size),
        0,
        length);
  }

  @Property(tries = 300)
  void messagesComeOutWhateverTheOrderOfTheirPieces(
      @ForAll WireVersion version,
      @ForAll @IntRange(min = 1, max = GROUPS) int messages,
      @ForAll java.util.Random random)
      throws WireException {
    client = Wire.client(version, LIMITS, now::get);
    server = Wire.server(LIMITS, now::get);
    List<ByteBuffer> frames = new ArrayList<>();
    List<Message> said = new ArrayList<>();
    for (int i = 0; i < messages; i++) {
      byte[] bytes = new byte[random.nextInt(150)];
      random.nextBytes(bytes);
      Message message = Samples.offer("doc-" + i, bytes);
      said.add(message);
      frames.addAll(client.encode(message));
    }
    java.util.Collections.shuffle(frames, random);
    List<Message> heard = new ArrayList<>();
    for (ByteBuffer frame : frames) {
      server.accept(frame).ifPresent(heard::add);
    }
    assertThat(heard).containsExactlyInAnyOrderElementsOf(said);
    assertThat(server.lostMessages()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aPieceThatComesTwiceIsRefusedAndTheMessageCompletes(WireVersion version)
      throws WireException {
    client = Wire.client(version, LIMITS, now::get);
    server = Wire.server(LIMITS, now::get);
    List<ByteBuffer> pieces = pieces(40);
    for (ByteBuffer piece : pieces.subList(0, pieces.size() - 1)) {
      assertThat(server.accept(piece)).isEmpty();
      assertThat(refusal(piece)).isEqualTo(Reason.FRAGMENT);
    }
    assertThat(server.accept(pieces.getLast())).contains(Samples.offer("d", new byte[40]));
  }

  @Test
  void aPieceThatContradictsIsRefusedAndTheMessageCompletes() throws WireException {
    List<ByteBuffer> pieces = pieces(40);
    int total = pieces.size();
    int size = pieces.getFirst().getInt(14);
    for (ByteBuffer piece : pieces.subList(0, total - 1)) {
      assertThat(server.accept(piece)).isEmpty();
      assertThat(refusal(fragment(1, total - 1, total + 1, size, 1))).isEqualTo(Reason.FRAGMENT);
      assertThat(refusal(fragment(1, total - 1, total, size + 1, 1))).isEqualTo(Reason.FRAGMENT);
      assertThat(refusal(fragment(1, total, total, size, 1))).isEqualTo(Reason.FRAGMENT);
    }
    assertThat(server.accept(pieces.getLast())).isPresent();
    assertThat(server.lostMessages()).isZero();
  }

  @Test
  void piecesOfMoreBytesThanAnnouncedEndTheMessage() throws WireException {
    assertThat(server.accept(fragment(1, 0, 3, 20, 15))).isEmpty();
    assertThat(refusal(fragment(1, 1, 3, 20, 6))).isEqualTo(Reason.FRAGMENT);
    assertThat(server.lostMessages()).isEqualTo(1);
    assertThat(refusal(fragment(2, 0, 3, 20, 21))).isEqualTo(Reason.FRAGMENT);
  }

  @Test
  void piecesOfFewerBytesThanAnnouncedEndTheMessage() throws WireException {
    assertThat(server.accept(fragment(1, 0, 2, 20, 10))).isEmpty();
    assertThat(refusal(fragment(1, 1, 2, 20, 9))).isEqualTo(Reason.FRAGMENT);
    // The group is gone: the same number may begin anew.
    assertThat(server.accept(fragment(1, 1, 2, 20, 9))).isEmpty();
  }

  @Test
  void noPiecesAtAllAreRefused() {
    assertThat(refusal(fragment(1, 0, 0, 0, 0))).isEqualTo(Reason.FRAGMENT);
  }

  @Test
  void aMessageInOnePieceCompletesAtOnce() throws WireException {
    byte[] depart = {(byte) 0xa1, 0x61, 't', 0x02};
    ByteBuffer only =
        Frame.fragment(
            WireVersion.V3, new Body(depart), new Frame.Fragment(7, 0, 1, 4), 0, depart.length);
    assertThat(server.accept(only)).contains(new Message.Depart());
    assertThat(refusal(fragment(8, 0, 1, 5, 4))).isEqualTo(Reason.FRAGMENT);
  }

  @Test
  void moreBytesThanAreKeptAreRefusedBeforeTheyCome() {
    assertThat(refusal(fragment(1, 0, 2, GROUP_BYTES + 1, 1))).isEqualTo(Reason.LIMIT);
    assertThat(refusal(fragment(1, 0, 2, 0xffff_ffffL, 1))).isEqualTo(Reason.LIMIT);
  }

  @Test
  void whatIsAnnouncedTakesNoMemoryBeforeItComes() throws WireException {
    WireLimits vast = new WireLimits(1, 1 << 20, Integer.MAX_VALUE, AGE, 1, 1, 1);
    server = Wire.client(WireVersion.V3, vast, now::get);
    for (int group = 0; group < 100_000; group++) {
      assertThat(server.accept(fragment(group, 0, 0xffff, Integer.MAX_VALUE, 1))).isEmpty();
    }
  }

  @Test
  void oneMessageTooManyEvictsTheOldest() throws WireException {
    for (int group = 1; group <= GROUPS + 1; group++) {
      assertThat(server.accept(fragment(group, 0, 3, 30, 10))).isEmpty();
      now.incrementAndGet();
    }
    assertThat(server.lostMessages()).isEqualTo(1);
    assertThat(refusal(fragment(2, 0, 3, 30, 10))).isEqualTo(Reason.FRAGMENT);
    assertThat(server.accept(fragment(1, 0, 3, 30, 10))).isEmpty();
    assertThat(server.lostMessages()).isEqualTo(2);
  }

  @Test
  void tooManyBytesEvictTheOldest() throws WireException {
    assertThat(server.accept(fragment(1, 0, 3, 1000, 400))).isEmpty();
    assertThat(server.accept(fragment(2, 0, 3, 1000, 400))).isEmpty();
    assertThat(server.accept(fragment(2, 1, 3, 1000, 200))).isEmpty();
    assertThat(server.lostMessages()).isZero();
    assertThat(server.accept(fragment(3, 0, 3, 1000, 1))).isEmpty();
    assertThat(server.lostMessages()).isEqualTo(1);
    // The second is still there, the first begins anew.
    assertThat(refusal(fragment(2, 1, 3, 1000, 200))).isEqualTo(Reason.FRAGMENT);
    assertThat(server.accept(fragment(1, 0, 3, 1000, 1))).isEmpty();
  }

  @Test
  void theOldestIsEvictedEvenIfItIsWhatGrows() throws WireException {
    assertThat(server.accept(fragment(1, 0, 3, 1000, 400))).isEmpty();
    assertThat(server.accept(fragment(2, 0, 2, 600, 400))).isEmpty();
    assertThat(refusal(fragment(1, 1, 3, 1000, 201))).isEqualTo(Reason.LIMIT);
    assertThat(server.lostMessages()).isEqualTo(1);
    assertThat(server.accept(fragment(1, 1, 3, 1000, 201))).isEmpty();
    // Its bytes are no longer counted.
    assertThat(server.accept(fragment(3, 0, 3, 1000, 399))).isEmpty();
    assertThat(server.lostMessages()).isEqualTo(1);
  }

  @Test
  void aMessageMayBeIncompleteForItsTimeAndNoLonger() throws WireException {
    List<ByteBuffer> pieces = pieces(20);
    for (ByteBuffer piece : pieces.subList(0, pieces.size() - 1)) {
      assertThat(server.accept(piece)).isEmpty();
      now.addAndGet(1);
    }
    now.addAndGet(AGE.toNanos() - pieces.size());
    assertThat(server.accept(pieces.getLast())).isPresent();

    pieces = pieces(20);
    for (ByteBuffer piece : pieces.subList(0, pieces.size() - 1)) {
      assertThat(server.accept(piece)).isEmpty();
    }
    now.addAndGet(AGE.toNanos());
    assertThat(server.accept(pieces.getLast())).isEmpty();
    assertThat(server.lostMessages()).isEqualTo(1);
  }

  /** A slow link takes as long as it takes: the time is that in which nothing comes. */
  @Test
  void aMessageThatGoesOnComingIsNotGivenUp() throws WireException {
    assertThat(server.accept(fragment(9, 0, 2, 20, 10))).isEmpty();
    List<ByteBuffer> pieces = pieces(100);
    for (ByteBuffer piece : pieces.subList(0, pieces.size() - 1)) {
      assertThat(server.accept(piece)).isEmpty();
      now.addAndGet(AGE.toNanos() - 1);
      server.expire();
    }
    assertThat(server.accept(pieces.getLast())).isPresent();
    assertThat(server.lostMessages()).as("the one of which nothing came").isEqualTo(1);
  }

  @Test
  void timeRunsOutWithoutAnythingComing() throws WireException {
    server.accept(fragment(1, 0, 2, 20, 10));
    now.addAndGet(AGE.toNanos() - 1);
    server.expire();
    assertThat(server.lostMessages()).isZero();
    now.addAndGet(1);
    server.expire();
    assertThat(server.lostMessages()).isEqualTo(1);
  }

  @Test
  void whatIsCompleteTakesNoRoom() throws WireException {
    server.accept(fragment(-1, 0, 2, 500, 400));
    for (int message = 0; message < 100; message++) {
      List<ByteBuffer> pieces = pieces(100);
      for (ByteBuffer piece : pieces.subList(0, pieces.size() - 1)) {
        assertThat(server.accept(piece)).isEmpty();
      }
      assertThat(server.accept(pieces.getLast())).isPresent();
    }
    assertThat(server.lostMessages()).isZero();
  }

  @Test
  void whatIsWholeButNoMessageIsRefused() throws WireException {
    server.accept(fragment(1, 0, 2, 20, 10));
    assertThat(refusal(fragment(1, 1, 2, 20, 10))).isEqualTo(Reason.CBOR);
  }
}
