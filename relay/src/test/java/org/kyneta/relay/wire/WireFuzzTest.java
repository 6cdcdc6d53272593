package org.kyneta.relay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Whatever comes, comes out as a message or is refused. In a build this runs over the inputs that
 * lie beside it; with {@code JAZZER_FUZZ=1} in the environment it looks for new ones.
 */
final class WireFuzzTest {

  @FuzzTest(maxDuration = "2m")
  void whateverComesIsAMessageOrIsRefused(byte[] input) throws WireException {
    Wire server = Wire.server(WireLimits.DEFAULT, System::nanoTime);
    ByteBuffer rest = ByteBuffer.wrap(input);
    while (rest.remaining() > 2) {
      int length = Math.min(rest.getShort() & 0xffff, rest.remaining());
      Optional<Message> message = accept(server, rest.slice(rest.position(), length));
      rest.position(rest.position() + length);
      if (message.isPresent()) {
        checkSaidAgain(message.get(), server.version().orElseThrow());
      }
    }
  }

  private static Optional<Message> accept(Wire wire, ByteBuffer frame) {
    try {
      return wire.accept(frame);
    } catch (WireException e) {
      assertThat(e.getMessage()).isNotBlank();
      return Optional.empty();
    }
  }

  private static void checkSaidAgain(Message message, WireVersion version) throws WireException {
    Wire speaker = Wire.client(version, WireLimits.DEFAULT, System::nanoTime);
    Wire listener = Wire.server(WireLimits.DEFAULT, System::nanoTime);
    Optional<Message> heard = Optional.empty();
    for (ByteBuffer frame : speaker.encode(message)) {
      heard = listener.accept(frame);
    }
    assertThat(heard).contains(message);
  }
}
