package org.kyneta.faults.postgres;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.kyneta.faults.Fault;
import org.kyneta.faults.Run;
import org.kyneta.faults.Tally;
import org.kyneta.store.Store;
import org.kyneta.testservers.PostgresServer;
import org.kyneta.testservers.PostgresServer.Settings;

/** The primary is killed while it is written to, its standby takes over, and the writers go on. */
public final class Failover implements Fault {

  private static final int WRITERS = 8;
  private static final String STANDBY = "second";

  @Override
  public String name() {
    return "failover";
  }

  @Override
  public String summary() {
    return "PostgreSQL: kills the primary under 8 writers, and promotes its synchronous standby";
  }

  @Override
  public Cycles cycles() {
    return new Cycles(3, 60);
  }

  /** A primary and its standby. */
  private static final class Pair implements AutoCloseable {

    PostgresServer primary = Databases.start(Settings.DEFAULT);
    PostgresServer standby;

    Pair() throws IOException {
      try {
        standby = Databases.installed(() -> primary.startStandby(STANDBY));
      } catch (IOException | RuntimeException | Error e) {
        primary.close();
        throw e;
      }
    }

    /** Lets every commit wait for the standby. */
    void waitForStandby() throws IOException {
      try (HikariDataSource pool = Databases.pool(primary.url(Databases.NAME), 1)) {
        Databases.execute(
            pool,
            "ALTER SYSTEM SET synchronous_standby_names = '" + STANDBY + "'",
            "SELECT pg_reload_conf()");
        Databases.await(
            pool, "SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'");
        // Done by the process that tells the others to wait, once it knows itself.
        Databases.execute(pool, "CHECKPOINT");
      }
    }

    /** Stops what takes in the primary's log, so that the standby falls behind. */
    void pauseReceiver() throws IOException, InterruptedException {
      try (HikariDataSource pool = Databases.pool(standby.url("postgres"), 1)) {
        long pid = Databases.number(pool, "SELECT pid FROM pg_stat_wal_receiver");
        new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start().waitFor();
      }
    }

    /** Returns connections to whichever of the two is the primary. */
    HikariDataSource pool() {
      return Databases.pool(
          "jdbc:postgresql://127.0.0.1:%d,127.0.0.1:%d/%s?user=postgres&targetServerType=primary&hostRecheckSeconds=0"
              .formatted(primary.port(), standby.port(), Databases.NAME),
          8);
    }

    void promote() throws IOException {
      try {
        standby.promote();
      } catch (SQLException e) {
        throw new IOException(e);
      }
    }

    /** Puts the standby in the primary's place, and another behind it. */
    void replacePrimary() {
      primary.close();
      primary = standby;
      standby = primary.startStandby(STANDBY);
    }

    @Override
    public void close() {
      standby.close();
      primary.close();
    }
  }

  @Override
  public Tally run(Run run) throws IOException, InterruptedException {
    Load load = new Load(WRITERS, run.seed());
    try (Pair pair = new Pair()) {
      for (int cycle = 1; cycle <= run.cycles(); cycle++) {
        pair.waitForStandby();
        try (HikariDataSource pool = pair.pool();
            Store store = Databases.Kind.POSTGRES.open(pool)) {
          load.runAcross(
              store,
              () -> {
                pair.primary.kill9();
                pair.promote();
              });
          load.judge(store, "failover " + cycle);
        }
        run.progress().accept(cycle);
        if (cycle < run.cycles()) {
          pair.replacePrimary();
        }
      }
    }
    return load.tally(run.cycles());
  }

  @Override
  public List<Control> controls() {
    return List.of(new Control("asynchronous, the receiver paused", 1, Failover::paused));
  }

  /** Lets nobody wait for the standby, which falls behind. */
  private static Tally paused(Run run) throws IOException, InterruptedException {
    Load load = new Load(WRITERS, run.seed());
    try (Pair pair = new Pair();
        HikariDataSource pool = pair.pool();
        Store store = Databases.Kind.POSTGRES.open(pool)) {
      pair.pauseReceiver();
      load.runAcross(
          store,
          () -> {
            pair.primary.kill9();
            // Lest it takes in what has reached the machine.
            pair.standby.kill9();
            pair.standby.restart();
            pair.promote();
          });
      load.judge(store, "failover");
    }
    return load.tally(1);
  }
}
