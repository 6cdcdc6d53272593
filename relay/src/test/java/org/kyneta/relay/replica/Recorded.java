package org.kyneta.relay.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.StoreRecord.Entry;

/**
 * Sessions of real clients with the original's relay, in the folder beside the repository. Tests
 * that need them are skipped where it is absent, but not in continuous integration.
 */
final class Recorded {

  private static final Path FOLDER =
      Path.of("..", "..", "shared", "captures").toAbsolutePath().normalize();

  /**
   * A message about a document.
   *
   * @param fromClient whether the client sent it
   * @param offer what is offered, null for an interest
   * @param version the sender's version
   */
  record Message(boolean fromClient, @Nullable Entry offer, String version) {}

  private Recorded() {}

  /** Returns a session's interests and offers, or skips the test. */
  static List<Message> session(String name) throws IOException, UnreadableException {
    Path file = FOLDER.resolve(name + ".txt");
    if ("true".equals(System.getenv("CI"))) {
      assertThat(file).as("continuous integration has the shared folder").exists();
    }
    assumeThat(file).as("%s is absent, so the test is skipped", file).exists();
    List<Message> messages = new ArrayList<>();
    boolean fromClient = false;
    for (String line : Files.readAllLines(file)) {
      if (line.contains(" C->S ") || line.contains(" S->C ")) {
        fromClient = line.contains(" C->S ");
      } else if (line.contains("; interest {") || line.contains("; offer {")) {
        messages.add(message(fromClient, line.substring(line.indexOf('{'))));
      }
    }
    assertThat(messages).isNotEmpty();
    return messages;
  }

  private static Message message(boolean fromClient, String json) throws UnreadableException {
    Map<String, Node> fields = new PlainState(json).members();
    String version = String.valueOf(fields.get("v"));
    Node data = fields.get("d");
    if (data == null) {
      return new Message(fromClient, null, version);
    }
    Kind kind = new Node.Literal("0").equals(fields.get("pk")) ? Kind.ENTIRETY : Kind.SINCE;
    Payload payload = Payload.json(kind, data.toString());
    Node lineage = fields.get("ln");
    return new Message(
        fromClient,
        new Entry(lineage == null ? payload : payload.withLineage(lineage.toString()), version),
        version);
  }
}
