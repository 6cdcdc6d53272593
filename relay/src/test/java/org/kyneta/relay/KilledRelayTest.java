package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.relay.SyncClient.eventually;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kyneta.sql.Progress;

/**
 * One of two relays over a database is killed again and again while clients write through both:
 * what any client has seen is stored, and all clients come to have the same.
 */
@Timeout(180)
class KilledRelayTest {

  private static final int KILLS = 4;
  private static final int DOCUMENTS = 5;
  private static final int PAUSE_MILLIS = 20;

  /** How many characters may be under way in a document. */
  private static final int MOST_UNSEEN = 200;

  /** Somebody who types into documents, and begins again behind what the relay has. */
  private static final class Typist {
    private final int client;
    private final SyncClient connection;
    private final List<YjsTyping> typing = new ArrayList<>();

    Typist(int client, SyncClient connection) {
      this.client = client;
      this.connection = connection;
      for (int i = 0; i < DOCUMENTS; i++) {
        connection.open("doc" + i, Samples.YJS);
        typing.add(new YjsTyping(client));
      }
    }

    /** Types on and on, until that is shut down or the relay is gone. */
    ScheduledExecutorService begin(SyncClient seeing) {
      ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
      var unused =
          thread.scheduleWithFixedDelay(() -> type(seeing), 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      return thread;
    }

    /** Types a little into every document of which somebody has seen what was typed lately. */
    void type(SyncClient seeing) {
      for (int i = 0; i < DOCUMENTS; i++) {
        if (typing.get(i).clock() - clockOf(seeing, i, client) > MOST_UNSEEN) {
          continue;
        }
        connection.change("doc" + i, Samples.update(typing.get(i), "typed by " + client), "");
      }
    }

    int clock(int document) {
      return typing.get(document).clock();
    }
  }

  @Test
  void whatAnyClientHasSeenIsStoredAndComesToAll() throws Exception {
    String url = PostgresRelay.createDatabase();
    Random random = new Random(1);
    int client = 1;
    int[][] seen = new int[KILLS + 2][DOCUMENTS];
    try (PostgresRelay staying = PostgresRelay.start(url);
        SyncClient watching = staying.join("watching")) {
      for (int i = 0; i < DOCUMENTS; i++) {
        watching.open("doc" + i, Samples.YJS);
      }
      try (SyncClient steady = staying.join("steady")) {
        Typist stayer = new Typist(99, steady);
        try (ScheduledExecutorService typing = stayer.begin(watching)) {
          for (int kill = 0; kill < KILLS; kill++, client++) {
            kill(url, random, client, seen[client]);
            int killed = client;
            eventually(
                "what was seen before kill %d to come to all".formatted(kill),
                () -> has(watching, killed, seen[killed]));
          }
          typing.shutdownNow();
        }
        eventually("what was typed at the other", () -> hasAll(watching, stayer));
      }
      try (PostgresRelay fresh = PostgresRelay.start(url);
          SyncClient carol = fresh.join("carol")) {
        for (int i = 0; i < DOCUMENTS; i++) {
          String docId = "doc" + i;
          carol.open(docId, Samples.YJS);
          eventually(
              docId + " to be stored as it was seen",
              () -> carol.version(docId).equals(watching.version(docId)));
        }
      }
      assertThat(staying.store().verify(finding -> {}, Progress.NONE).isSound()).isTrue();
    }
  }

  /** Types through a relay that is killed meanwhile, and notes what another client of it saw. */
  private static void kill(String url, Random random, int client, int[] seen) throws Exception {
    try (RelayProcess relay = RelayProcess.start(url);
        SyncClient typing = SyncClient.join(relay.uri(), "typing" + client);
        SyncClient seeing = SyncClient.join(relay.uri(), "seeing" + client)) {
      Typist typist = new Typist(client, typing);
      for (int i = 0; i < DOCUMENTS; i++) {
        seeing.open("doc" + i, Samples.YJS);
      }
      try (ScheduledExecutorService thread = typist.begin(seeing)) {
        int least = random.nextInt(1, 500);
        eventually("something to be seen", () -> clockOf(seeing, 0, client) > least);
        relay.kill();
        thread.shutdownNow();
      }
      for (int i = 0; i < DOCUMENTS; i++) {
        seen[i] = clockOf(seeing, i, client);
      }
    }
  }

  private static int clockOf(SyncClient seeing, int document, int client) {
    return YjsTyping.clockOf(seeing.version("doc" + document), client);
  }

  private static boolean has(SyncClient watching, int client, int[] seen) {
    for (int i = 0; i < DOCUMENTS; i++) {
      if (clockOf(watching, i, client) < seen[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasAll(SyncClient watching, Typist typist) {
    for (int i = 0; i < DOCUMENTS; i++) {
      if (clockOf(watching, i, typist.client) < typist.clock(i)) {
        return false;
      }
    }
    return true;
  }
}
