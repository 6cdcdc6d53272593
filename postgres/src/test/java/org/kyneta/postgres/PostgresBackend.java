package org.kyneta.postgres;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.kyneta.postgres.PostgresOptions.SchemaMode;
import org.kyneta.sql.TableNames;
import org.kyneta.store.Limits;
import org.kyneta.store.Store;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.Trait;

/** Tables in a database that tests share, emptied before each. */
final class PostgresBackend implements Backend {

  /** The kit forgets many cursors on purpose, and each is worth a warning with a stack trace. */
  private static final Logger LOG = Logger.getLogger("org.kyneta.postgres");

  static {
    LOG.setLevel(Level.SEVERE);
  }

  private static final TableNames THEIRS =
      new TableNames("their_meta", "their_records", "their_marker");

  private final HikariDataSource pool;
  private final PostgresOptions options;

  PostgresBackend(HikariDataSource pool, PostgresOptions options) throws SQLException {
    this.pool = pool;
    this.options = options.withSchema(SchemaMode.CREATE);
    Databases.execute(pool, "DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public");
  }

  @Override
  public Store open(Limits limits) {
    return PostgresStore.open(pool, options.withLimits(limits));
  }

  @Override
  public Store openNeighbour() {
    return PostgresStore.open(pool, options.withTables(THEIRS));
  }

  @Override
  public Store openFailing(int step) {
    FailingDataSource failing = new FailingDataSource(pool);
    Store store = PostgresStore.open(failing.source(), options);
    failing.failAt(step);
    return store;
  }

  @Override
  public Set<Trait> traits() {
    return EnumSet.of(
        Trait.PERSISTENT, Trait.SHARED, Trait.NESTED_READS, Trait.NEIGHBOURS, Trait.FAULTS);
  }
}
