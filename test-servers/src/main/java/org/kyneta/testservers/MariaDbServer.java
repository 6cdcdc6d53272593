package org.kyneta.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * A MariaDB server of the tests' own on loopback, which brings every commit to the disk. Its only
 * user is {@code root}, without a password. Its data goes when it is closed, and when this JVM
 * ends, however it ends. Not safe for use by several threads, but for {@link #createDatabase},
 * {@link #url} and {@link #port}.
 */
public final class MariaDbServer implements AutoCloseable {

  /** Only one thread may bring the server of all into being. */
  private static final class Shared {
    static final MariaDbServer SERVER = start();
  }

  private static final String READY = "ready for connections";

  private final Path folder;
  private final int port;
  private final List<String> command;
  private ServerProcess process;

  private MariaDbServer(Path folder, int port, List<String> command) throws IOException {
    this.folder = folder;
    this.port = port;
    this.command = command;
    this.process = new ServerProcess(command, READY, folder);
  }

  /**
   * The server that all tests of this JVM share, started on first use. Nobody stops it, kills it or
   * depends on which databases it has.
   */
  public static MariaDbServer shared() {
    return Shared.SERVER;
  }

  /**
   * Starts a server that is the caller's to close.
   *
   * @throws UncheckedIOException if it does not start
   */
  public static MariaDbServer start() {
    try {
      Path folder = Programs.createFolder("kyneta-mariadb");
      MariaDbPrograms programs = MariaDbPrograms.find(folder);
      Path data = folder.resolve("data");
      programs.install(data);
      int port = Programs.freePort();
      List<String> command =
          List.of(
              programs.server().toString(),
              "--no-defaults",
              programs.baseOption(),
              "--datadir=" + data,
              "--bind-address=127.0.0.1",
              "--port=" + port,
              "--socket=" + folder.resolve("socket"),
              "--pid-file=" + folder.resolve("pid"),
              "--skip-name-resolve",
              "--max-connections=200",
              "--innodb-flush-log-at-trx-commit=1",
              "--innodb-buffer-pool-size=64M",
              "--character-set-server=utf8mb4",
              "--collation-server=utf8mb4_nopad_bin");
      return new MariaDbServer(folder, port, command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The TCP port on 127.0.0.1, the same after a restart. */
  public int port() {
    return port;
  }

  /** The JDBC address of a database, which names the user too. */
  public String url(String database) {
    return url(database, port);
  }

  /** The JDBC address of a database by way of another port, such as a {@link Proxy}'s. */
  public static String url(String database, int port) {
    return "jdbc:mariadb://127.0.0.1:" + port + "/" + database + "?user=root";
  }

  /**
   * Creates an empty database in UTF-8, which orders text by code point.
   *
   * @param name lower-case letters, digits and underscores
   * @return its JDBC address
   * @throws SQLException if there is one of that name, for instance
   */
  public String createDatabase(String name) throws SQLException {
    return createDatabase(name, "utf8mb4_nopad_bin");
  }

  /**
   * Creates an empty database in UTF-8.
   *
   * @param name lower-case letters, digits and underscores
   * @param collation its order of text, a collation of MariaDB's for utf8mb4
   * @return its JDBC address
   * @throws SQLException if there is one of that name, for instance
   */
  public String createDatabase(String name, String collation) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url("mysql"));
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name + " CHARACTER SET utf8mb4 COLLATE " + collation);
    }
    return url(name);
  }

  /** Kills it with SIGKILL, as a crash of the system would; to be restarted. */
  public void kill9() {
    try {
      process.kill();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it again, with the same data on the same port, stopping it before if it runs. */
  public void restart() {
    try {
      if (process.isRunning()) {
        process.stop("TERM");
      }
      process = new ServerProcess(command, READY, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The last 500 lines that it wrote since it was started last. */
  public String logTail() {
    return process.logTail();
  }

  /** Ends it, without care for anything, and removes its data. */
  @Override
  public void close() {
    try {
      process.close();
      Programs.run(List.of("rm", "-rf", folder.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
