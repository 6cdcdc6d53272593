package org.kyneta.faults.postgres;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.kyneta.faults.Fault;
import org.kyneta.faults.Run;
import org.kyneta.faults.Tally;
import org.kyneta.postgres.PostgresOptions;
import org.kyneta.postgres.PostgresOptions.SchemaMode;
import org.kyneta.postgres.PostgresStore;
import org.kyneta.store.Store;

/** The leader of a cluster that leads itself is killed, cut off or stopped under writers. */
public final class Patroni implements Fault {

  private static final int WRITERS = 8;
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /** For how long nobody may be able to write. */
  private static final Duration LONGEST_GAP = Duration.ofSeconds(2 * PatroniCluster.TTL);

  /** After what time a member that does not follow is told to begin anew. */
  private static final Duration STRAGGLING = Duration.ofSeconds(45);

  private static final String FOLLOWERS =
      "SELECT substr(application_name, 2)::int FROM pg_stat_replication WHERE state = 'streaming'";

  private static final List<Blow> BLOWS = List.of(Blow.values());

  /** What becomes of the leader. */
  private enum Blow {
    KILL,
    PARTITION,
    PAUSE
  }

  @Override
  public String name() {
    return "patroni";
  }

  @Override
  public String summary() {
    return "PostgreSQL: kills, cuts off or stops the leader of three nodes under Patroni";
  }

  @Override
  public Cycles cycles() {
    return new Cycles(0, 12);
  }

  @Override
  public Tally run(Run run) throws IOException, InterruptedException {
    int first = new Random(run.seed()).nextInt(BLOWS.size());
    Load load = new Load(WRITERS, run.seed());
    try (PatroniCluster cluster = new PatroniCluster(run.folder(), true)) {
      create(cluster);
      for (int cycle = 1; cycle <= run.cycles(); cycle++) {
        int leader = awaitWhole(cluster, 1);
        Blow blow = BLOWS.get((first + cycle) % BLOWS.size());
        long[] gap = {0};
        try (HikariDataSource pool = pool();
            Store store = Databases.Kind.POSTGRES.open(pool)) {
          load.runAcross(
              store,
              () -> {
                strike(cluster, blow, leader);
                long start = System.nanoTime();
                awaitLeader(cluster, leader);
                gap[0] = System.nanoTime() - start;
                heal(cluster, blow, leader);
              });
        }
        awaitWhole(cluster, 1);
        try (HikariDataSource pool = pool();
            Store judge = Databases.Kind.POSTGRES.open(pool)) {
          load.judge(judge, "%s %d".formatted(blow, cycle));
        }
        Duration took = Duration.ofNanos(gap[0]);
        System.out.printf("  %s: nobody led for %.1f s%n", blow, took.toMillis() / 1e3);
        if (took.compareTo(LONGEST_GAP) > 0) {
          load.find("%s %d: nobody led for %s".formatted(blow, cycle, took));
        }
        run.progress().accept(cycle);
      }
    }
    return load.tally(run.cycles());
  }

  private static HikariDataSource pool() {
    HikariDataSource pool = Databases.pool(PatroniCluster.url(Databases.NAME), 8);
    pool.setConnectionTimeout(5_000);
    return pool;
  }

  private static void create(PatroniCluster cluster) throws IOException {
    int leader = awaitWhole(cluster, 0);
    try (HikariDataSource pool = Databases.pool(PatroniCluster.url(leader, "postgres"), 1)) {
      Databases.execute(pool, "CREATE DATABASE " + Databases.NAME);
    }
    try (HikariDataSource pool = pool();
        PostgresStore _ =
            PostgresStore.open(pool, PostgresOptions.DEFAULT.withSchema(SchemaMode.CREATE))) {
      return;
    }
  }

  private static void strike(PatroniCluster cluster, Blow blow, int node) throws IOException {
    switch (blow) {
      case KILL -> cluster.signal(node, "KILL");
      case PARTITION -> cluster.connect(node, false);
      case PAUSE -> cluster.signal(node, "STOP");
    }
  }

  private static void heal(PatroniCluster cluster, Blow blow, int node) throws IOException {
    switch (blow) {
      case KILL -> cluster.start(node);
      case PARTITION -> cluster.connect(node, true);
      case PAUSE -> cluster.signal(node, "CONT");
    }
  }

  /** Waits until another than the old leader takes writes. */
  private static void awaitLeader(PatroniCluster cluster, int old)
      throws IOException, InterruptedException {
    await(cluster, node -> node != old && isTrue(node, "SELECT NOT pg_is_in_recovery()"));
  }

  /**
   * Waits until somebody leads and all others follow. A leader waits for a standby before the
   * cluster knows it for synchronous; lost in between, it would have no heir.
   *
   * <p>One who was killed may be left with the beginning of a record in its log that the others do
   * not have, and then never follow; as an operator would, it is told to begin anew.
   *
   * @param synchronous how many it waits for, at least
   * @return who leads
   */
  private static int awaitWhole(PatroniCluster cluster, int synchronous) throws IOException {
    long[] begun = {System.nanoTime()};
    try {
      return await(
          cluster,
          node -> {
            if (!isTrue(node, "SELECT NOT pg_is_in_recovery()")) {
              return false;
            }
            Set<Integer> followers = followers(node);
            if (followers.size() < PatroniCluster.NODES - 1
                && System.nanoTime() - begun[0] > STRAGGLING.toNanos()) {
              begun[0] = System.nanoTime();
              for (int other = 0; other < PatroniCluster.NODES; other++) {
                if (other != node && !followers.contains(other)) {
                  cluster.beginAnew(other);
                }
              }
            }
            return followers.size() == PatroniCluster.NODES - 1
                && isTrue(
                    node,
                    "SELECT count(*) >= %d FROM pg_stat_replication WHERE sync_state = 'sync'"
                        .formatted(synchronous))
                && cluster.heirs(node) >= synchronous;
          });
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** Returns who gets what a leader writes. */
  private static Set<Integer> followers(int leader) {
    Set<Integer> followers = new HashSet<>();
    try (Connection connection =
            DriverManager.getConnection(PatroniCluster.url(leader, "postgres"));
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(FOLLOWERS)) {
      while (rows.next()) {
        followers.add(rows.getInt(1));
      }
    } catch (SQLException e) {
      return Set.of(); // It does not lead any more.
    }
    return followers;
  }

  @FunctionalInterface
  private interface Condition {
    boolean isMet(int node);
  }

  private static int await(PatroniCluster cluster, Condition condition)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() - end < 0) {
      for (int node = 0; node < PatroniCluster.NODES; node++) {
        if (condition.isMet(node)) {
          return node;
        }
      }
      Thread.sleep(100); // There is nothing to wait for but the answers of three machines.
    }
    throw new IOException(
        "no leader after %s; the logs:\n%s\n%s\n%s"
            .formatted(PATIENCE, cluster.log(0), cluster.log(1), cluster.log(2)));
  }

  private static boolean isTrue(int node, String question) {
    try (Connection connection = DriverManager.getConnection(PatroniCluster.url(node, "postgres"));
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(question)) {
      return rows.next() && rows.getBoolean(1);
    } catch (SQLException e) {
      return false;
    }
  }

  @Override
  public List<Control> controls() {
    return List.of(new Control("asynchronous, the receivers paused", 1, Patroni::paused));
  }

  /** Lets nobody wait for the others, which fall behind. */
  private static Tally paused(Run run) throws IOException, InterruptedException {
    Load load = new Load(WRITERS, run.seed());
    try (PatroniCluster cluster = new PatroniCluster(run.folder(), false)) {
      create(cluster);
      int leader = awaitWhole(cluster, 0);
      List<Long> receivers = new ArrayList<>();
      for (int node = 0; node < PatroniCluster.NODES; node++) {
        if (node != leader) {
          receivers.add(receiver(node));
        }
      }
      PatroniCluster.signal(receivers, "STOP");
      try (HikariDataSource pool = pool();
          Store store = Databases.Kind.POSTGRES.open(pool)) {
        load.runAcross(
            store,
            () -> {
              cluster.signal(leader, "KILL");
              // Lest they take in what has reached their machines.
              PatroniCluster.signal(receivers, "KILL");
              awaitLeader(cluster, leader);
            });
        load.judge(store, "KILL");
      }
    }
    return load.tally(1);
  }

  private static long receiver(int node) throws IOException {
    try (HikariDataSource pool = Databases.pool(PatroniCluster.url(node, "postgres"), 1)) {
      return Databases.number(pool, "SELECT pid FROM pg_stat_wal_receiver");
    }
  }
}
