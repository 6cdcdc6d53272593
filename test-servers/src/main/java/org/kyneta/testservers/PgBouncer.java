package org.kyneta.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** PgBouncer before a {@link PostgresServer}, handing out connections a transaction at a time. */
public final class PgBouncer implements AutoCloseable {

  private static final Path PROGRAM = Path.of("/usr/sbin/pgbouncer");

  private final Path folder;
  private final int port;
  private final ServerProcess process;

  private PgBouncer(Path folder, int port, ServerProcess process) {
    this.folder = folder;
    this.port = port;
    this.process = process;
  }

  /**
   * Starts one that is the caller's to close; without the program, the test is skipped as {@link
   * Servers#require} says.
   *
   * @param server what it connects to
   * @param connections how many connections it has to each database
   * @throws UncheckedIOException if it does not start
   */
  public static PgBouncer inFrontOf(PostgresServer server, int connections) {
    Servers.require(Files.isExecutable(PROGRAM), "PgBouncer", "apt-get install pgbouncer");
    try {
      Path folder = Programs.createFolder("kyneta-pgbouncer");
      int port = Programs.freePort();
      Path settings = folder.resolve("pgbouncer.ini");
      Files.writeString(settings, settings(folder, server.port(), port, connections));
      Programs.giveAway(settings);
      ServerProcess process =
          new ServerProcess(List.of(PROGRAM.toString(), settings.toString()), "process up", folder);
      return new PgBouncer(folder, port, process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String settings(Path folder, int serverPort, int port, int connections) {
    return """
    [databases]
    * = host=127.0.0.1 port=%d user=postgres
    [pgbouncer]
    listen_addr = 127.0.0.1
    listen_port = %d
    unix_socket_dir = %s
    auth_type = any
    pool_mode = transaction
    default_pool_size = %d
    max_client_conn = 500
    ignore_startup_parameters = extra_float_digits
    """
        .formatted(serverPort, port, folder, connections);
  }

  /** The TCP port on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** The JDBC address of a database by way of it. */
  public String url(String database) {
    return PostgresServer.url(database, port);
  }

  /** The last 500 lines that it wrote. */
  public String logTail() {
    return process.logTail();
  }

  /** Ends it, breaking off all connections. */
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
