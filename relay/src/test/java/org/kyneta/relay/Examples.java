package org.kyneta.relay;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.kyneta.sqlite.SqliteStore;

/** The examples of the documentation, compiled and run. */
final class Examples {

  private Examples() {}

  // @start region="relay"
  static void serve(Path file, Map<String, String> teamByToken) throws IOException {
    Policy policy =
        request ->
            Optional.ofNullable(request.token()).map(teamByToken::get).map(Examples::accessOf);
    try (Lease lease = Lease.take(file, "notes server");
        SqliteStore store = SqliteStore.open(file);
        Relay relay = Relay.builder().store(store).policy(policy).start()) {
      serveUntilStopped(relay.uri(), lease.file());
    }
  }

  /** A team sees its own documents, and reads those that all have in common. */
  static Access accessOf(String team) {
    return new Access() {
      @Override
      public boolean maySee(String docId) {
        return docId.startsWith(team + "/") || docId.startsWith("common/");
      }

      @Override
      public boolean mayWrite(String docId) {
        return docId.startsWith(team + "/");
      }
    };
  }

  // @end region="relay"

  private static void serveUntilStopped(URI uri, Path lockFile) {
    try (SyncClient red = SyncClient.join(uri.resolve("/?token=r"), "red");
        SyncClient other = SyncClient.join(uri.resolve("/?token=r"), "other")) {
      red.open("red/doc", Samples.YJS);
      red.open("blue/doc", Samples.YJS);
      other.open("red/doc", Samples.YJS);
      red.change("red/doc", Samples.update(new YjsTyping(1), "text"), "");
      SyncClient.eventually("blue to be vacant", () -> red.isVacant("blue/doc"));
      SyncClient.eventually(
          "the other to have it", () -> YjsTyping.clockOf(other.version("red/doc"), 1) == 4);
    }
    if (!lockFile.toFile().exists()) {
      throw new AssertionError("expected the lease's file to exist");
    }
  }
}
