package org.kyneta.faults.postgres;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import org.kyneta.faults.Fault;
import org.kyneta.faults.Run;
import org.kyneta.faults.Tally;
import org.kyneta.store.StorageException;
import org.kyneta.testservers.PostgresServer;
import org.kyneta.testservers.PostgresServer.Settings;

/**
 * The wait for a synchronous standby is ended while a write is being committed: nothing but the
 * primary has it then, so that it must not be acknowledged.
 *
 * <p>A {@code statement_timeout} is no way to end it: the server stops that clock before it
 * commits, and was seen to wait on for ever with one of 300 ms, whether the commit was a statement
 * or belonged to one.
 */
public final class CancelledCommit implements Fault {

  private static final List<Write> WRITES = List.of(Write.values());

  /** How a wait is ended. */
  enum Way {
    /** The server warns, and reports success. */
    CANCEL("pg_cancel_backend", ""),
    /** The server ends the connection. */
    TERMINATE("pg_terminate_backend", ""),
    /** The driver waits no longer, and the server goes on waiting. */
    GIVE_UP("pg_cancel_backend", "&socketTimeout=1");

    final String function;
    final String parameters;

    Way(String function, String parameters) {
      this.function = function;
      this.parameters = parameters;
    }
  }

  @Override
  public String name() {
    return "cancelled-commit";
  }

  @Override
  public String summary() {
    return "PostgreSQL: ends the wait for a standby while each kind of write is committed";
  }

  @Override
  public Cycles cycles() {
    return new Cycles(2, 100);
  }

  @Override
  public Tally run(Run run) throws IOException, InterruptedException {
    Random random = new Random(run.seed());
    Score score = new Score();
    try (PostgresServer server = start();
        HikariDataSource local = local(server)) {
      Cancelling cancelling = new Cancelling(local, score);
      for (int cycle = 1; cycle <= run.cycles(); cycle++) {
        for (Way way : Way.values()) {
          try (HikariDataSource pool =
              Databases.pool(server.url(Databases.NAME) + way.parameters, 2)) {
            for (Databases.Kind kind : Databases.Kind.values()) {
              // Giving up takes a second each time.
              List<Write> writes =
                  way == Way.GIVE_UP ? List.of(WRITES.get(random.nextInt(WRITES.size()))) : WRITES;
              cancelling.cancelAll(way, kind, pool, writes, "cycle " + cycle);
            }
          }
        }
        run.progress().accept(cycle);
      }
    }
    return score.tally(run.cycles());
  }

  @Override
  public List<Control> controls() {
    return List.of(new Control("the bare driver", 1, CancelledCommit::bareDriver));
  }

  /** Inserts as most programs do, which look at no warnings. */
  private static Tally bareDriver(Run run) throws IOException {
    Score score = new Score();
    try (PostgresServer server = start();
        HikariDataSource local = local(server);
        HikariDataSource pool = Databases.pool(server.url(Databases.NAME), 1)) {
      Databases.execute(local, "CREATE TABLE bare (n int)");
      Cancelling cancelling = new Cancelling(local, score);
      for (int cycle = 1; cycle <= run.cycles(); cycle++) {
        Throwable outcome = cancelling.ended(Way.CANCEL, () -> insert(pool));
        if (outcome == null) {
          score.acknowledge();
          score.lose("cycle " + cycle + ": was acknowledged, though no standby has it");
        }
      }
    }
    return score.tally(run.cycles());
  }

  private static void insert(HikariDataSource pool) {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement("INSERT INTO bare VALUES (1)")) {
      statement.executeUpdate();
    } catch (SQLException e) {
      throw new StorageException("the insert failed", e);
    }
  }

  /** Starts a server whose commits wait for a standby that there is none of. */
  private static PostgresServer start() throws IOException {
    PostgresServer server = Databases.start(Settings.DEFAULT);
    try (HikariDataSource pool = Databases.pool(server.url(Databases.NAME), 1)) {
      Databases.execute(pool, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    }
    // Only a start leaves no process that does not know.
    server.restart();
    return server;
  }

  /** Returns connections whose commits wait for no standby. */
  private static HikariDataSource local(PostgresServer server) {
    return Databases.pool(server.url(Databases.NAME) + "&options=-c%20synchronous_commit=local", 6);
  }
}
