package org.kyneta.benchmarks;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.kyneta.testservers.Collation;
import org.kyneta.testservers.PostgresServer;
import org.kyneta.testservers.PostgresServer.Settings;

/** Databases on a server that is started for the comparison, and brings commits to the disk. */
final class PostgresPlaces implements Places {

  private final PostgresServer server = PostgresServer.start(Settings.DEFAULT);
  private final List<String> names = new ArrayList<>();
  private int number;

  @Override
  public String create(String peer, Command command) throws IOException {
    String name = "compare_" + ++number;
    boolean english = command.text("collation", "C").equals("en_US");
    try {
      String _ = server.createDatabase(name, english ? Collation.EN_US : Collation.C);
    } catch (SQLException e) {
      throw new IOException(e.getMessage(), e);
    }
    names.add(name);
    return "postgres://postgres@127.0.0.1:%d/%s".formatted(server.port(), name);
  }

  @Override
  public void addDocuments(String place, int documents) throws IOException {
    String sql =
        """
        INSERT INTO kyneta_doc_meta (doc_id, data)
          SELECT 'doc-' || lpad(n::text, 6, '0'), data
            FROM generate_series(1, %d) n, kyneta_doc_meta WHERE doc_id = 'doc-000000';
        ANALYZE kyneta_doc_meta\
        """
            .formatted(documents - 1);
    execute(place.substring(place.lastIndexOf('/') + 1), sql);
  }

  @Override
  public void clear() throws IOException {
    for (String name : names) {
      execute("postgres", "DROP DATABASE " + name + " WITH (FORCE)");
    }
    names.clear();
  }

  private void execute(String database, String sql) throws IOException {
    try (Connection connection = DriverManager.getConnection(server.url(database));
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
