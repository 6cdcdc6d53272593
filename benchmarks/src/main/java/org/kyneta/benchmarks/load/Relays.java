package org.kyneta.benchmarks.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kyneta.testservers.Collation;
import org.kyneta.testservers.PostgresServer;
import org.kyneta.testservers.PostgresServer.Settings;

/**
 * The relays of a run: one over a file, or several over a database.
 *
 * @param all the relays, at least one
 * @param database the server that has their database, or null
 */
record Relays(List<ServerProcess> all, @Nullable PostgresServer database) implements AutoCloseable {

  /**
   * Starts a relay over a file.
   *
   * @throws IOException if it does not start
   */
  static Relays overFile(Path folder, String durability, List<String> javaOptions)
      throws IOException {
    return new Relays(List.of(ServerProcess.start(folder, durability, javaOptions)), null);
  }

  /**
   * Starts a database server that brings commits to the disk, and relays over a database of it.
   *
   * @throws IOException if one of them does not start
   */
  static Relays overDatabase(int count, Path folder, List<String> javaOptions) throws IOException {
    PostgresServer server = PostgresServer.start(Settings.DEFAULT);
    Relays relays = new Relays(new ArrayList<>(), server);
    boolean started = false;
    try {
      String _ = server.createDatabase("load", Collation.C);
      String address = "postgresql://postgres@127.0.0.1:%d/load".formatted(server.port());
      for (int i = 0; i < count; i++) {
        relays.all.add(ServerProcess.startOver(folder.resolve("relay-" + i), address, javaOptions));
      }
      started = true;
      return relays;
    } catch (SQLException e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      if (!started) {
        relays.close();
      }
    }
  }

  List<InetSocketAddress> addresses() {
    return all.stream().map(ServerProcess::address).toList();
  }

  @Override
  public void close() {
    all.forEach(ServerProcess::close);
    if (database != null) {
      database.close();
    }
  }
}
