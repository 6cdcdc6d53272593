package org.kyneta.faults.postgres;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.util.List;
import org.kyneta.faults.Fault;
import org.kyneta.faults.Run;
import org.kyneta.faults.Tally;
import org.kyneta.store.Store;
import org.kyneta.store.StoreException;
import org.kyneta.testservers.PgBouncer;
import org.kyneta.testservers.PostgresServer;
import org.kyneta.testservers.PostgresServer.Settings;

/** A pooler gives each transaction of 16 writers another of the few connections that it has. */
public final class Pooler implements Fault {

  private static final int WRITERS = 16;
  private static final int CONNECTIONS = 4;

  @Override
  public String name() {
    return "pooler";
  }

  @Override
  public String summary() {
    return "PostgreSQL: 16 writers through PgBouncer, which has 4 connections for transactions";
  }

  @Override
  public Cycles cycles() {
    return new Cycles(1, 50);
  }

  @Override
  public Tally run(Run run) throws IOException, InterruptedException {
    return run(run, "&prepareThreshold=0", Databases.Kind.values());
  }

  @Override
  public List<Control> controls() {
    return List.of(
        new Control(
            "statements kept by the server", 1, run -> run(run, "", Databases.Kind.POSTGRES)));
  }

  private static Tally run(Run run, String parameters, Databases.Kind... kinds)
      throws IOException, InterruptedException {
    Load load = new Load(WRITERS, run.seed());
    try (PostgresServer server = Databases.start(Settings.DEFAULT);
        PgBouncer pooler = Databases.installed(() -> PgBouncer.inFrontOf(server, CONNECTIONS));
        HikariDataSource direct = Databases.pool(server.url(Databases.NAME), 2);
        Store judge = Databases.Kind.POSTGRES.open(direct);
        HikariDataSource pool = Databases.pool(pooler.url(Databases.NAME) + parameters, WRITERS)) {
      pool.setConnectionTimeout(60_000);
      for (Databases.Kind kind : kinds) {
        try (Store store = kind.open(pool)) {
          for (int cycle = 1; cycle <= run.cycles(); cycle++) {
            for (StoreException refused : load.runAcross(store, () -> {})) {
              load.find("%s, cycle %d: %s".formatted(kind, cycle, refused));
            }
            load.judge(judge, "cycle " + cycle);
            run.progress().accept(cycle);
          }
        }
      }
    }
    return load.tally(run.cycles());
  }
}
