package org.kyneta.faults.relay;

import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.kyneta.faults.Fault;
import org.kyneta.faults.Run;
import org.kyneta.faults.Tally;
import org.kyneta.faults.relay.SureStore.Certainty;
import org.kyneta.postgres.PostgresStore;
import org.kyneta.testservers.Collation;
import org.kyneta.testservers.PostgresServer;
import org.kyneta.testservers.Proxy;
import org.kyneta.testservers.Proxy.Direction;

/**
 * Cuts a relay's connections to its database, on either side of a commit and anywhere else, while
 * clients edit through it. What nobody could tell to be stored must not have been told to anybody,
 * and in the end everything is stored, once.
 */
final class CutFault implements Fault {

  private static final String DATABASE = "cut";
  private static final String COMMIT = "COMMIT";
  private static final int MOST_BYTES = 20_000;
  private static final int WAYS = 4;
  private static final int LEAST_MILLIS = 50;
  private static final int MOST_MILLIS = 400;

  @Override
  public String name() {
    return "relay-io";
  }

  @Override
  public String summary() {
    return "a relay's connections to PostgreSQL are cut around commits, under live editing";
  }

  @Override
  public Cycles cycles() {
    return new Cycles(8, 300);
  }

  @Override
  public Tally run(Run run) throws IOException, InterruptedException {
    return run(run, Certainty.NONE);
  }

  @Override
  public List<Control> controls() {
    return List.of(
        new Control("takes what is unknown for done", 8, run -> run(run, Certainty.DONE)),
        new Control("does again what is unknown", 16, run -> run(run, Certainty.NOT_DONE)));
  }

  private static Tally run(Run run, Certainty certainty) throws IOException, InterruptedException {
    try (PostgresServer server = PostgresServer.start(PostgresServer.Settings.DEFAULT);
        Proxy proxy = Proxy.to(server.port())) {
      String direct = server.createDatabase(DATABASE, Collation.C);
      String cut = PostgresServer.url(DATABASE, proxy.port());
      try (PostgresStore looking = PostgresStore.open(CutRelay.source(direct), CutRelay.OPTIONS);
          Serve relay = Serve.cut(run.folder(), certainty, cut)) {
        return run(run, proxy, relay, looking);
      }
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  private static Tally run(Run run, Proxy proxy, Serve relay, PostgresStore looking)
      throws IOException, InterruptedException {
    Verdict verdict = new Verdict();
    Random random = new Random(run.seed());
    try (Crowd crowd = new Crowd(Set.of(Kind.YJS, Kind.LORO, Kind.PLAIN), run.seed())) {
      URI uri = relay.start();
      crowd.connect(uri);
      crowd.type();
      for (int i = 0; i < run.cycles() && verdict.isClean(); i++) {
        crowd.awaitProgress();
        cut(proxy, i % WAYS, random);
        crowd.typeFor(LEAST_MILLIS, MOST_MILLIS);
        proxy.pass();
        verdict.lost(crowd.seen().missing(looking, verdict.findings()));
        verdict.requireConnections(crowd);
        verdict.cycle();
        run.progress().accept(i + 1);
      }
      verdict.conclude(crowd, uri);
      verdict.judge(crowd.seen(), looking);
      Stored stored = new Stored(looking, verdict.findings());
      crowd.documents().forEach(stored::findTwice);
      verdict.add(relay.errors());
      return verdict.tally(crowd);
    }
  }

  private static void cut(Proxy proxy, int way, Random random) {
    switch (way) {
      case 0 -> proxy.cutBefore(COMMIT);
      case 1 -> proxy.cutAfter(COMMIT);
      case 2 -> proxy.cutAfterBytes(Direction.TO_SERVER, random.nextInt(1, MOST_BYTES));
      default -> proxy.cutAfterBytes(Direction.TO_CLIENT, random.nextInt(1, MOST_BYTES));
    }
  }
}
