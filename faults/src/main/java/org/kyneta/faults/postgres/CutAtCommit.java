package org.kyneta.faults.postgres;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.kyneta.faults.Fault;
import org.kyneta.faults.Run;
import org.kyneta.faults.Tally;
import org.kyneta.faults.postgres.CommitProxy.Side;
import org.kyneta.faults.postgres.Cutting.Case;
import org.kyneta.faults.postgres.Cutting.Doing;
import org.kyneta.faults.postgres.Write.Task;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.Store;
import org.kyneta.testservers.PostgresServer;
import org.kyneta.testservers.PostgresServer.Settings;

/**
 * The connection is cut where a write commits, on one side or the other: the writer is told that
 * nobody knows, nothing is done twice, and the expected head tells what was done.
 */
public final class CutAtCommit implements Fault {

  @Override
  public String name() {
    return "cut-at-commit";
  }

  @Override
  public String summary() {
    return "PostgreSQL: cuts the connection before and after each kind of write's commit";
  }

  @Override
  public Cycles cycles() {
    return new Cycles(3, 200);
  }

  @Override
  public Tally run(Run run) throws IOException, InterruptedException {
    return run(run, Write::run);
  }

  @Override
  public List<Control> controls() {
    return List.of(new Control("repeats what is unknown", 1, run -> run(run, CutAtCommit::repeat)));
  }

  private static void repeat(Write write, Store store, Task task) {
    try {
      write.run(store, task);
    } catch (OutcomeUnknownException e) {
      write.run(store, task);
    }
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Databases.Kind kind : Databases.Kind.values()) {
      for (Write write : Write.values()) {
        for (Side side : Side.values()) {
          if (kind == Databases.Kind.POSTGRES || !write.isPostgresOnly()) {
            cases.add(new Case(kind, write, side));
          }
        }
      }
    }
    return cases;
  }

  private static Tally run(Run run, Doing doing) throws IOException, InterruptedException {
    Random random = new Random(run.seed());
    Score score = new Score();
    try (PostgresServer server = Databases.start(Settings.DEFAULT);
        CommitProxy proxy = CommitProxy.to(server.port());
        HikariDataSource direct = Databases.pool(server.url(Databases.NAME), 4);
        Store judge = Databases.Kind.POSTGRES.open(direct);
        Cutting cutting = new Cutting(proxy, judge, score, doing)) {
      List<Case> cases = cases();
      for (int cycle = 1; cycle <= run.cycles(); cycle++) {
        Collections.shuffle(cases, random);
        for (Case one : cases) {
          cutting.cut(one, "%s in cycle %d".formatted(one, cycle), random.nextBoolean());
        }
        for (Side side : Side.values()) {
          cutting.cutShared(
              side, "shared %s in cycle %d".formatted(side, cycle), random.nextBoolean());
        }
        run.progress().accept(cycle);
      }
    }
    return score.tally(run.cycles());
  }
}
