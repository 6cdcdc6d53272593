package org.kyneta.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A PostgreSQL server of the tests' own on loopback, which brings every commit to the disk. Its
 * only user is {@code postgres}, without a password. Its data goes when it is closed, and when this
 * JVM ends, however it ends. Not safe for use by several threads, but for {@link #createDatabase},
 * {@link #url} and {@link #port}.
 */
public final class PostgresServer implements AutoCloseable {

  /** Only one thread may bring the server of all into being. */
  private static final class Shared {
    static final PostgresServer SERVER = start(Settings.DEFAULT);
  }

  /**
   * What a server is told on starting, over and above what every server of these tests is.
   *
   * @param parameters names of PostgreSQL's parameters with their values
   */
  public record Settings(Map<String, String> parameters) {

    /** Nothing more. */
    public static final Settings DEFAULT = new Settings(Map.of());

    /** Keeps a copy. */
    public Settings {
      parameters = Map.copyOf(parameters);
    }

    /** These with another value of one parameter, such as {@code max_prepared_transactions}. */
    public Settings with(String parameter, String value) {
      Map<String, String> changed = new TreeMap<>(parameters);
      changed.put(parameter, value);
      return new Settings(changed);
    }
  }

  /** A standby adds that its connections are read-only. */
  private static final String READY = "database system is ready to accept";

  private static final String LIBC = "LC_COLLATE 'en_US.UTF-8' LC_CTYPE 'en_US.UTF-8'";
  private static final String ICU = "LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C'";

  private final Path folder;
  private final Settings settings;
  private final int port;
  private final List<String> command;
  private ServerProcess process;

  private PostgresServer(Path folder, Path programs, Settings settings) throws IOException {
    this.folder = folder;
    this.settings = settings;
    this.port = Programs.freePort();
    this.command = command(programs, folder, port, settings);
    this.process = new ServerProcess(command, READY, folder);
  }

  /**
   * The server that all tests of this JVM share, started on first use. Nobody stops it, kills it or
   * depends on which databases it has.
   */
  public static PostgresServer shared() {
    return Shared.SERVER;
  }

  /**
   * Starts a server that is the caller's to close.
   *
   * @throws UncheckedIOException if it does not start
   */
  public static PostgresServer start(Settings settings) {
    try {
      Path folder = Programs.createFolder("kyneta-postgres");
      Path programs = PostgresPrograms.find(folder);
      Path data = folder.resolve("data");
      Programs.run(
          List.of(
              programs.resolve("initdb").toString(),
              "--pgdata=" + data,
              "--username=postgres",
              "--auth=trust",
              "--encoding=UTF8",
              "--no-locale",
              "--no-sync"));
      return new PostgresServer(folder, programs, settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts a server with the same settings that follows this one, from a copy that pg_basebackup
   * makes; the caller's to close.
   *
   * @param name what this one calls it, in {@code synchronous_standby_names} for instance
   * @throws UncheckedIOException if it does not start
   */
  public PostgresServer startStandby(String name) {
    try {
      Path standby = Programs.createFolder("kyneta-postgres");
      Path programs = PostgresPrograms.find(standby);
      Path copy = programs.resolve("pg_basebackup");
      Servers.require(
          Files.isExecutable(copy), "pg_basebackup", "apt-get install postgresql-client");
      String address =
          "host=127.0.0.1 port=%d user=postgres application_name=%s".formatted(port, name);
      Programs.run(
          List.of(
              copy.toString(),
              "--pgdata=" + standby.resolve("data"),
              "--dbname=" + address,
              "--write-recovery-conf",
              "--checkpoint=fast",
              "--no-sync"));
      return new PostgresServer(standby, programs, settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Makes a standby a server of its own, and returns when it can be written to.
   *
   * @throws SQLException if it is none, for instance
   */
  public void promote() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url("postgres"));
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_promote()");
    }
  }

  private static List<String> command(Path programs, Path folder, int port, Settings settings) {
    Map<String, String> parameters = new TreeMap<>(fixed(folder, port));
    parameters.putAll(settings.parameters());
    List<String> command = new ArrayList<>();
    command.add(programs.resolve("postgres").toString());
    command.addAll(List.of("-D", folder.resolve("data").toString()));
    parameters.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    return List.copyOf(command);
  }

  private static Map<String, String> fixed(Path folder, int port) {
    return Map.of(
        "fsync", "on",
        "synchronous_commit", "on",
        "listen_addresses", "127.0.0.1",
        "port", Integer.toString(port),
        "unix_socket_directories", folder.toString(),
        "max_connections", "200",
        "shared_buffers", "64MB",
        "logging_collector", "off",
        "lc_messages", "C");
  }

  /** The TCP port on 127.0.0.1, the same after a restart. */
  public int port() {
    return port;
  }

  /** The folder of the socket for connections that are not by TCP. */
  public Path socketFolder() {
    return folder;
  }

  /** The JDBC address of a database, which names the user too. */
  public String url(String database) {
    return url(database, port);
  }

  /** The JDBC address of a database by way of another port, such as a {@link Proxy}'s. */
  public static String url(String database, int port) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=postgres";
  }

  /**
   * Creates an empty database in UTF-8.
   *
   * @param name lower-case letters, digits and underscores
   * @param collation its order of text
   * @return its JDBC address
   * @throws SQLException if there is one of that name, for instance
   */
  public String createDatabase(String name, Collation collation) throws SQLException {
    String create = "CREATE DATABASE " + name + " TEMPLATE template0 ENCODING 'UTF8' ";
    try (Connection connection = DriverManager.getConnection(url("postgres"));
        Statement statement = connection.createStatement()) {
      switch (collation) {
        case C -> statement.execute(create + "LC_COLLATE 'C' LC_CTYPE 'C'");
        case EN_US -> createEnglish(statement, create);
      }
    }
    return url(name);
  }

  private static void createEnglish(Statement statement, String create) throws SQLException {
    String locales = "SELECT 1 FROM pg_collation WHERE collname IN ('en_US.utf8', 'en_US.UTF-8')";
    boolean libc;
    try (var found = statement.executeQuery(locales)) {
      libc = found.next();
    }
    boolean icu = statement.getConnection().getMetaData().getDatabaseMajorVersion() >= 15;
    Servers.require(
        libc || icu,
        "the collation en_US.UTF-8",
        "apt-get install locales, localedef -i en_US -f UTF-8 en_US.UTF-8");
    statement.execute(create + (libc ? LIBC : ICU));
  }

  /**
   * Creates a role that may log in with a password only, and restarts the server.
   *
   * @param name lower-case letters, digits and underscores
   * @param password without quotes
   * @throws SQLException if there is one of that name, for instance
   */
  public void createRole(String name, String password) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url("postgres"));
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE " + name + " LOGIN PASSWORD '" + password + "'");
    }
    try {
      Path rules = folder.resolve("data/pg_hba.conf");
      String rule = "host all " + name + " all scram-sha-256\n";
      Files.writeString(rules, rule + Files.readString(rules));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    restart();
  }

  /** Kills all its processes with SIGKILL, as a crash of the system would; to be restarted. */
  public void kill9() {
    try {
      process.kill();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops it, breaking off connections and rolling back their transactions; to be restarted. */
  public void stopFast() {
    try {
      process.stop("INT");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it again, with the same data on the same port, stopping it before if it runs. */
  public void restart() {
    try {
      if (process.isRunning()) {
        process.stop("INT");
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
