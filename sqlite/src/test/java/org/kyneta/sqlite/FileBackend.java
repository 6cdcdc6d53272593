package org.kyneta.sqlite;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.kyneta.sql.TableNames;
import org.kyneta.store.Limits;
import org.kyneta.store.Store;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.Trait;

/** A database file, each store with connections of its own. */
final class FileBackend implements Backend {

  /** The kit forgets many cursors on purpose, and each is worth a warning with a stack trace. */
  private static final Logger LOG = Logger.getLogger("org.kyneta.sqlite");

  static {
    LOG.setLevel(Level.SEVERE);
  }

  private final Path path;
  private final SqliteOptions options;

  FileBackend(Path path, SqliteOptions options) {
    this.path = path;
    this.options = options;
  }

  @Override
  public Store open(Limits limits) {
    return SqliteStore.open(path, options.withLimits(limits));
  }

  @Override
  public Store openNeighbour() {
    return SqliteStore.open(
        path, options.withTables(new TableNames("their_meta", "their_records", "their_marker")));
  }

  /** Opens a store as {@link SqliteStore#open} does, but for a writer that fails. */
  @Override
  public Store openFailing(int step) {
    DatabaseFile file = DatabaseFile.toWrite(path, options);
    FailingAdapter writer = new FailingAdapter(file.openWriter());
    file.prepareWriter(writer);
    Schema schema =
        writer.write(
            () -> Schema.openOrCreate(writer, options.tables(), options.format()), Duration.ZERO);
    Connections connections =
        new FileConnections(file, file::openReader).writing(writer, file::openWriter);
    Store store = new SqliteStore(connections, schema, options, path.toString());
    writer.failBefore(ResultCode.FULL, step(step));
    return store;
  }

  /** Matches the n-th statement that changes something, counted from 1. */
  static Predicate<String> step(int number) {
    AtomicInteger left = new AtomicInteger(number);
    return sql -> !sql.startsWith("SELECT") && left.decrementAndGet() == 0;
  }

  @Override
  public Set<Trait> traits() {
    return EnumSet.allOf(Trait.class);
  }
}
