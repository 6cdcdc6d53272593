package org.kyneta.jooq;

import java.util.EnumSet;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.kyneta.sql.Format;
import org.kyneta.sql.TableNames;
import org.kyneta.store.Limits;
import org.kyneta.store.Store;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.Trait;

/** The tables of a database, which are emptied afterwards, and stores that share a pool. */
final class JooqBackend implements Backend {

  /** The kit forgets many cursors on purpose, and each is worth a warning with a stack trace. */
  private static final Logger LOG = Logger.getLogger("org.kyneta.jooq");

  static {
    LOG.setLevel(Level.SEVERE);
  }

  private final Database database;
  private final DSLContext dsl;
  private final JooqOptions mine;
  private final JooqOptions theirs;
  private final Set<Trait> traits;

  JooqBackend(Database database, Format format, Trait... missing) {
    this.database = database;
    this.dsl = database.dsl();
    this.mine = JooqOptions.DEFAULT.withFormat(format);
    this.theirs = mine.withTables(new TableNames("their_meta", "their_records", "their_marker"));
    this.traits = EnumSet.allOf(Trait.class);
    traits.removeAll(Set.of(missing));
    JooqStore.createTables(dsl, mine);
    JooqStore.createTables(dsl, theirs);
  }

  @Override
  public Store open(Limits limits) {
    return JooqStore.open(dsl, mine.withLimits(limits));
  }

  @Override
  public Store openNeighbour() {
    return JooqStore.open(dsl, theirs);
  }

  @Override
  public Store openFailing(int step) {
    FailingDataSource failing = new FailingDataSource(database.pool());
    Store store = JooqStore.open(database.over(failing), mine);
    failing.failAt(step);
    return store;
  }

  @Override
  public Set<Trait> traits() {
    return traits;
  }

  @Override
  public void close() {
    for (JooqOptions options : new JooqOptions[] {mine, theirs}) {
      Format format = options.formatOfNewTables();
      dsl.deleteFrom(DSL.table(DSL.name(options.tables().metaIn(format)))).execute();
      dsl.deleteFrom(DSL.table(DSL.name(options.tables().recordsName()))).execute();
    }
  }
}
