package org.kyneta.relay.replica;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kyneta.store.StoreRecord.Entry;

/** The offers of real clients and of the original's relay, taken from dumps of their sessions. */
class CapturesTest {

  @ParameterizedTest
  @EnumSource
  void yjsSessionsAreFollowed(Dialect dialect) throws IOException, UnreadableException {
    follow("yjs", new YjsReplica(dialect));
  }

  @Test
  void loroSessionsAreFollowed() throws IOException, UnreadableException {
    follow("loro", new LoroReplica());
  }

  /**
   * Merges what the first client said and was told, and so on; each session ends with a version.
   */
  private static void follow(String type, Replica replica) throws IOException, UnreadableException {
    for (String client : List.of("alice", "bob", "carol-after-restart")) {
      List<Entry> offers = offers("captures/" + type + "-" + client + ".txt");
      assertThat(offers).hasSizeGreaterThan(2);
      for (Entry offered : offers) {
        replica.merge(offered);
        assertThat(replica.merge(offered)).isEqualTo(new Merge.Unchanged(false));
        // The first client to speak tells all that it has; the others begin where they have been.
        if (!client.equals("alice")) {
          assertThat(replica.relationTo(offered.version())).isIn(Relation.EQUAL, Relation.AHEAD);
        }
      }
      assertThat(replica.relationTo(offers.getLast().version())).isEqualTo(Relation.EQUAL);
    }
  }

  private static List<Entry> offers(String file) throws IOException {
    List<Entry> offers = new ArrayList<>();
    BinaryOutput frame = new BinaryOutput();
    for (String line : Files.readAllLines(Traces.file(file))) {
      if (line.contains(" BINARY ")) {
        frame = new BinaryOutput();
      } else if (line.matches("    ([0-9a-f]{2} )+ .*")) {
        frame.write(HexFormat.of().parseHex(line.substring(4, 52).replace(" ", "")));
      } else if (line.contains(" complete; offer ")) {
        offers.add(offerIn(frame.toByteArray()));
      }
    }
    return offers;
  }

  /** Finds in an offer's frame the bytes under "d" and the text under "v". */
  private static Entry offerIn(byte[] frame) {
    int data = find(frame, 'd', 0x40);
    int version = find(frame, 'v', 0x60);
    return Offers.offer(valueAt(frame, data), new String(valueAt(frame, version), UTF_8));
  }

  private static int find(byte[] frame, char key, int type) {
    for (int i = 10; i < frame.length - 2; i++) {
      if (frame[i] == 0x61 && frame[i + 1] == key && (frame[i + 2] & 0xe0) == type) {
        return i + 2;
      }
    }
    throw new AssertionError("no " + key + " in an offer");
  }

  private static byte[] valueAt(byte[] frame, int at) {
    int size = frame[at] & 0x1f;
    int from = at + 1;
    if (size == 24) {
      size = frame[from++] & 0xff;
    } else if (size == 25) {
      size = ((frame[from] & 0xff) << 8) | (frame[from + 1] & 0xff);
      from += 2;
    }
    return Arrays.copyOfRange(frame, from, from + size);
  }
}
