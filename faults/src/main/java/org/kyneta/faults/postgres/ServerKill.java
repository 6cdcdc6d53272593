package org.kyneta.faults.postgres;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.util.List;
import org.kyneta.faults.Fault;
import org.kyneta.faults.Run;
import org.kyneta.faults.Tally;
import org.kyneta.store.Store;
import org.kyneta.testservers.PostgresServer;
import org.kyneta.testservers.PostgresServer.Settings;

/** The server is killed with SIGKILL while it is written to, and started again. */
public final class ServerKill implements Fault {

  private static final int WRITERS = 16;

  @Override
  public String name() {
    return "server-kill";
  }

  @Override
  public String summary() {
    return "PostgreSQL: kills the server under 16 writers, and starts it again";
  }

  @Override
  public Cycles cycles() {
    return new Cycles(5, 100);
  }

  @Override
  public Tally run(Run run) throws IOException, InterruptedException {
    return run(run, Settings.DEFAULT);
  }

  @Override
  public List<Control> controls() {
    Settings lax =
        Settings.DEFAULT.with("synchronous_commit", "off").with("wal_writer_delay", "10s");
    return List.of(new Control("synchronous_commit=off", 1, run -> run(run, lax)));
  }

  private static Tally run(Run run, Settings settings) throws IOException, InterruptedException {
    Load load = new Load(WRITERS, run.seed());
    try (PostgresServer server = Databases.start(settings);
        HikariDataSource pool = Databases.pool(server.url(Databases.NAME), 8);
        Store store = Databases.Kind.POSTGRES.open(pool)) {
      for (int cycle = 1; cycle <= run.cycles(); cycle++) {
        load.runUntil(store, server::kill9);
        server.restart();
        // By itself, so that its last connections break only when nothing hangs on them.
        try (HikariDataSource judging = Databases.pool(server.url(Databases.NAME), 2);
            Store judge = Databases.Kind.POSTGRES.open(judging)) {
          load.judge(judge, "kill " + cycle);
        }
        run.progress().accept(cycle);
      }
    }
    return load.tally(run.cycles());
  }
}
