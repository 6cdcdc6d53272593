package org.kyneta.faults.relay;

import java.io.IOException;
import java.nio.file.Path;
import org.kyneta.relay.Relay;
import org.kyneta.sqlite.SqliteStore;

/** What shows that a fault is noticed: a relay over a {@link LateStore}. */
final class LateRelay {

  private LateRelay() {}

  /** Serves the file that is named first on the port that is named second, until it is killed. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (SqliteStore store = SqliteStore.open(Path.of(arguments[0]));
        Relay relay =
            Relay.builder()
                .store(LateStore.over(store))
                .port(Integer.parseInt(arguments[1]))
                .start()) {
      System.out.printf("{\"uri\":\"%s\"}%n", relay.uri());
      System.out.flush();
      Thread.currentThread().join();
    }
  }
}
