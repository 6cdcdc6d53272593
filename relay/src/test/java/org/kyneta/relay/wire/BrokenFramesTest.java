package org.kyneta.relay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.relay.wire.Capture.Recorded;

/** Frames with one thing wrong at every place: each is a message or is refused, and no more. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class BrokenFramesTest {

  private static List<byte[]> frames(WireVersion version, int fragmentBytes) throws WireException {
    return Samples.frames(
        version,
        new WireLimits(1 << 20, 32, 1 << 20, Duration.ofSeconds(10), 100, 10_000, fragmentBytes));
  }

  @ParameterizedTest
  @EnumSource
  void aFrameThatIsCutAnywhereIsRefused(WireVersion version) throws WireException {
    for (byte[] frame : frames(version, 0)) {
      for (int length = 0; length < frame.length; length++) {
        assertThat(accept(fresh(), Arrays.copyOf(frame, length)))
            .as("%d of %d bytes", length, frame.length)
            .isEmpty();
      }
      assertThat(accept(fresh(), Arrays.copyOf(frame, frame.length + 1)))
          .isEqualTo(accept(fresh(), frame));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPayloadThatIsCutAnywhereIsRefused(WireVersion version) throws WireException {
    for (byte[] frame : frames(version, 0)) {
      for (int length = version.headerSize(); length < frame.length; length++) {
        byte[] cut = Arrays.copyOf(frame, length);
        ByteBuffer.wrap(cut).putInt(2, length - version.headerSize());
        assertThat(accept(fresh(), cut)).as("%d of %d bytes", length, frame.length).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBitThatIsFlippedMakesAMessageOrARefusal(WireVersion version) throws WireException {
    flipEveryBit(frames(version, 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 50})
  void aBitThatIsFlippedInAPieceMakesAMessageOrARefusal(int fragmentBytes) throws WireException {
    flipEveryBit(frames(WireVersion.V1, fragmentBytes));
    flipEveryBit(frames(WireVersion.V3, fragmentBytes));
  }

  @ParameterizedTest
  @MethodSource("org.kyneta.relay.wire.Capture#all")
  void aBitThatIsFlippedInARecordingMakesAMessageOrARefusal(Capture capture) {
    flipEveryBit(
        capture.frames().stream().filter(Recorded::fromClient).map(Recorded::bytes).toList());
  }

  /** Flips each bit of each frame in turn, and lets the session go on with the true frames. */
  private static void flipEveryBit(List<byte[]> frames) {
    Wire wire = fresh();
    for (byte[] frame : frames) {
      byte[] broken = frame.clone();
      for (int bit = 0; bit < 8 * frame.length; bit++) {
        broken[bit / 8] ^= (byte) (1 << bit % 8);
        accept(wire, broken);
        accept(fresh(), broken);
        broken[bit / 8] ^= (byte) (1 << bit % 8);
      }
      accept(wire, frame);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsBrokenLeavesTheConnectionAsItWas(WireVersion version) throws WireException {
    Wire wire = fresh();
    List<Message> heard = new ArrayList<>();
    for (byte[] frame : frames(version, 0)) {
      for (int length = 0; length < frame.length; length++) {
        accept(wire, Arrays.copyOf(frame, length));
      }
      accept(wire, new byte[] {2, 0, 0});
      accept(wire, frame).ifPresent(heard::add);
    }
    List<Message> said = new ArrayList<>();
    Wire twin = fresh();
    for (byte[] frame : frames(version, 0)) {
      accept(twin, frame).ifPresent(said::add);
    }
    assertThat(heard).isEqualTo(said).hasSizeGreaterThan(8);
    assertThat(wire.lostMessages()).isZero();
  }

  private static Wire fresh() {
    return Wire.server(WireLimits.DEFAULT, System::nanoTime);
  }

  private static Optional<Message> accept(Wire wire, byte[] frame) {
    try {
      return wire.accept(ByteBuffer.wrap(frame));
    } catch (WireException refused) {
      assertThat(refused.reason()).isNotNull();
      assertThat(refused).hasMessageContaining("expected");
      return Optional.empty();
    }
  }
}
