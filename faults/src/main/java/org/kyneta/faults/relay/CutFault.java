package org.kyneta.faults.relay;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.kyneta.faults.Fault;
import org.kyneta.faults.Run;
import org.kyneta.faults.Tally;
import org.kyneta.faults.postgres.CommitProxy;
import org.kyneta.faults.postgres.CommitProxy.Order;
import org.kyneta.faults.postgres.CommitProxy.Side;
import org.kyneta.faults.relay.SureStore.Certainty;
import org.kyneta.postgres.PostgresStore;
import org.kyneta.testservers.Collation;
import org.kyneta.testservers.PostgresServer;
import org.kyneta.testservers.Proxy;
import org.kyneta.testservers.Proxy.Direction;

/**
 * Cuts a relay's connections to its database, on either side of a commit and anywhere else, while
 * clients edit through it: a cycle is a cut on each side of a commit, and one anywhere. What nobody
 * could tell to be stored must not have been told to anybody, and in the end everything is stored,
 * once.
 */
final class CutFault implements Fault {

  private static final String DATABASE = "cut";
  private static final String UNENCRYPTED = "&sslmode=disable&gssEncMode=disable";
  private static final int MOST_BYTES = 20_000;
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
    return new Cycles(3, 200);
  }

  @Override
  public Tally run(Run run) throws IOException, InterruptedException {
    return run(run, Certainty.NONE);
  }

  @Override
  public List<Control> controls() {
    return List.of(
        new Control("takes what is unknown for done", 3, run -> run(run, Certainty.DONE)),
        new Control("does again what is unknown", 6, run -> run(run, Certainty.NOT_DONE)));
  }

  private static Tally run(Run run, Certainty certainty) throws IOException, InterruptedException {
    try (PostgresServer server = PostgresServer.start(PostgresServer.Settings.DEFAULT);
        CommitProxy commits = CommitProxy.to(server.port());
        Proxy proxy = Proxy.to(commits.port())) {
      String direct = server.createDatabase(DATABASE, Collation.C);
      String cut = PostgresServer.url(DATABASE, proxy.port()) + UNENCRYPTED;
      try (PostgresStore looking = PostgresStore.open(CutRelay.source(direct), CutRelay.OPTIONS);
          Serve relay = Serve.cut(run.folder(), certainty, cut)) {
        return run(run, new Line(commits, proxy), relay, looking);
      }
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  private static Tally run(Run run, Line line, Serve relay, PostgresStore looking)
      throws IOException, InterruptedException {
    Random random = new Random(run.seed());
    try (LiveUse use = new LiveUse(run, relay, Set.of(Kind.YJS, Kind.LORO, Kind.PLAIN))) {
      use.cycles(number -> {
        for (Side side : Side.values()) {
          use.crowd().awaitProgress();
          line.cutCommit(side, use.crowd(), random);
          goOn(use, line, looking);
        }
        use.crowd().awaitProgress();
        line.cutAnywhere(random);
        goOn(use, line, looking);
      });
      use.converge();
      use.judge(looking);
      use.requireOnce(looking);
      return use.tally();
    }
  }

  /** Leaves the line as it is for a while, mends it, and looks for what must be stored. */
  private static void goOn(LiveUse use, Line line, PostgresStore looking)
      throws InterruptedException {
    use.crowd().typeFor(LEAST_MILLIS, MOST_MILLIS);
    line.proxy.pass();
    use.requireStored(looking);
    use.requireConnections();
  }

  /**
   * A line to the server that can be cut in one connection or all.
   *
   * @param commits cuts the one that commits
   * @param proxy cuts all of them, and refuses new ones until it is mended
   */
  private record Line(CommitProxy commits, Proxy proxy) {

    /** Cuts a commit, and every other time all connections with it. */
    void cutCommit(Side side, Crowd crowd, Random random) {
      int before = commits.cuts(side);
      commits.arm(new Order(side, "", random.nextBoolean()));
      crowd.await("a commit to be cut " + side, () -> commits.cuts(side) > before);
      if (random.nextBoolean()) {
        proxy.cut();
      }
    }

    void cutAnywhere(Random random) {
      Direction direction = random.nextBoolean() ? Direction.TO_SERVER : Direction.TO_CLIENT;
      proxy.cutAfterBytes(direction, random.nextInt(1, MOST_BYTES));
    }
  }
}
