package org.kyneta.sqlite;

/**
 * A way to open connections: one SQLite library, reached in one way. Stores call it by several
 * threads at once, whenever they need one more.
 *
 * <p>A process must reach a file through one library only. POSIX locks belong to the process, so
 * two libraries in it do not see each other's and destroy the file. A register of the files that
 * stores have open refuses the second library, through links too. A connection of the caller's
 * counts while a store is open over it: it should be closed before the file is opened through
 * another library, since closing it afterwards gives up the other's locks.
 */
public interface SqliteBinding {

  /**
   * The binding through sqlite-jdbc, which brings its own library. Without that driver, whose jar a
   * program may leave out, it opens nothing.
   */
  SqliteBinding JDBC = new JdbcBinding();

  /**
   * Opens a connection.
   *
   * @param address a file name or, beginning with {@code file:}, a URI as SQLite understands it
   *     (sqlite.org/uri.html); both must be possible
   * @param name what messages call the connection, such as the file's path
   * @return a connection that owns what it needs, and is not in a transaction
   * @throws SqliteException if SQLite reports an error
   * @throws org.kyneta.store.StorageException if the library is not there, or cannot be used
   */
  SqliteAdapter open(String address, String name);

  /** Returns what tells this binding's library from another one, such as its path. */
  String library();

  /**
   * Returns whether several connections of this library may write to one file in WAL mode. One that
   * must not is given a file for itself alone, in exclusive locking mode.
   */
  default boolean sharesFiles() {
    return true;
  }

  /** The binding through sqlite-jdbc. */
  final class JdbcBinding implements SqliteBinding {

    private JdbcBinding() {}

    @Override
    public SqliteAdapter open(String address, String name) {
      return JdbcSqliteAdapter.owning(XerialDriver.connect(address, name), name);
    }

    @Override
    public String library() {
      return XerialDriver.LIBRARY;
    }
  }
}
