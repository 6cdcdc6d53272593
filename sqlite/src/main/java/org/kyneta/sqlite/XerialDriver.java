package org.kyneta.sqlite;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.StorageException;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig.TransactionMode;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteConnectionConfig;
import org.sqlite.SQLiteException;

/**
 * What is peculiar to sqlite-jdbc, the driver that is used if no other is given. A program may do
 * without its jar, or bring an older relative of it that has the same class names, such as one that
 * encrypts. So its classes are named here only, and only where they are known to be there; never in
 * a lambda's signature, which is looked at earlier.
 */
final class XerialDriver {

  /** What its library is called, which each class loader that has the driver loads anew. */
  private static final Logger LOG = System.getLogger("org.kyneta.sqlite");

  private static final boolean PRESENT;

  /** What its library is called, which each class loader that has the driver loads anew. */
  static final String LIBRARY;

  static {
    Class<?> driver = find();
    PRESENT = driver != null;
    LIBRARY = OpenFiles.library("sqlite-jdbc", driver == null ? XerialDriver.class : driver);
  }

  private XerialDriver() {}

  private static @Nullable Class<?> find() {
    try {
      ClassLoader loader = XerialDriver.class.getClassLoader();
      return Class.forName("org.sqlite.SQLiteConnection", /* initialize= */ false, loader);
    } catch (ClassNotFoundException e) {
      return null;
    }
  }

  /**
   * Opens a connection.
   *
   * @param address a file name or URI as SQLite understands it
   * @param name what messages call it
   */
  static Connection connect(String address, String name) {
    if (!PRESENT) {
      throw new StorageException(
          name
              + ": expected the driver sqlite-jdbc on the class path or module path, found none;"
              + " add it, or name another SQLite library with SqliteOptions.withBinding",
          null);
    }
    try {
      return new JDBC().connect("jdbc:sqlite:" + address, new Properties());
    } catch (SQLException e) {
      throw new SqliteException(name + ": " + e.getMessage(), code(e), e);
    }
  }

  /** Names the library of a connection, also through what a pool has wrapped around it. */
  static String library(Connection connection) {
    if (config(connection) != null) {
      return LIBRARY;
    }
    try {
      DatabaseMetaData driver = connection.getMetaData();
      String name = driver.getDriverName() + " " + driver.getDriverVersion();
      return OpenFiles.library(name + ", " + driver.getClass().getName(), driver.getClass());
    } catch (SQLException e) {
      throw new SqliteException("SQLite connection: " + e.getMessage(), code(e), e);
    }
  }

  /** Returns SQLite's result code, the extended one where the driver tells it. */
  static int code(SQLException e) {
    return PRESENT && e instanceof SQLiteException s ? s.getResultCode().code : e.getErrorCode();
  }

  /** Returns the driver's own notes on a connection of its own, else null. */
  private static @Nullable SQLiteConnectionConfig config(Connection connection) {
    try {
      if (PRESENT && connection.isWrapperFor(SQLiteConnection.class)) {
        return connection.unwrap(SQLiteConnection.class).getConnectionConfig();
      }
    } catch (SQLException e) {
      LOG.log(Level.DEBUG, "a connection that cannot be asked what it is", e);
    }
    return null;
  }

  /**
   * Keeps the driver from trying to begin and commit a transaction after every statement, which
   * takes time and has no effect. Only its note of that mode is changed: no transaction is begun
   * but by the statements that say so.
   */
  static void withoutAutoCommit(Connection connection) {
    SQLiteConnectionConfig config = config(connection);
    if (config != null) {
      config.setAutoCommit(false);
    }
  }

  /**
   * Keeps the driver from asking for the generated key after every INSERT: nobody wants it, and the
   * statement that asks stays open, so that no VACUUM can run.
   *
   * @return what undoes it
   */
  static Runnable withoutGeneratedKeys(Connection connection) {
    SQLiteConnectionConfig config = config(connection);
    if (config == null) {
      return () -> {};
    }
    try {
      boolean before = config.isGetGeneratedKeys();
      config.setGetGeneratedKeys(false);
      return () -> config.setGetGeneratedKeys(before);
    } catch (NoSuchMethodError e) {
      LOG.log(Level.DEBUG, "an older driver, which asks for a key only when it is asked for one");
      return () -> {};
    }
  }

  /**
   * Has a function called while statements run.
   *
   * @param watch ends the statement if it returns true; null for nothing
   * @return whether this driver can
   */
  static boolean watch(Connection connection, @Nullable BooleanSupplier watch) {
    if (config(connection) == null) {
      return false;
    }
    XerialWatch.put(connection, watch);
    return true;
  }

  /**
   * Checks how a connection begins its transactions, where that can be known.
   *
   * @throws IllegalArgumentException if it begins them without the right to write
   */
  static void requireRightToWrite(Connection connection) {
    SQLiteConnectionConfig config = config(connection);
    if (config != null && config.getTransactionMode() == TransactionMode.DEFERRED) {
      throw new IllegalArgumentException(
          "expected a connection with transaction_mode=IMMEDIATE, found DEFERRED");
    }
  }
}
