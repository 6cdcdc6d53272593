package org.kyneta.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.kyneta.store.JsonValue;
import org.kyneta.store.JsonValue.JsonLiteral;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;

/**
 * This store as a benchmark's peer: serves a round for each line of standard input, as {@code
 * javascript/bench.mjs} and {@code benchmarks/c} do.
 */
final class Peer {

  private Peer() {}

  /** Serves rounds until the input ends. */
  public static void main(String[] arguments) throws IOException, SQLException {
    String sqlite = sqliteVersion();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, /* autoFlush= */ true, StandardCharsets.UTF_8);
    String line;
    while ((line = in.readLine()) != null) {
      if (!line.isBlank()) {
        out.println(answer(line, sqlite));
      }
    }
  }

  static JsonObject answer(String line, String sqlite) {
    try {
      Command command = Command.parse(line);
      return Workloads.perform(command).toAnswer(command.text("workload"), sqlite);
    } catch (IOException | RuntimeException e) {
      Map<String, JsonValue> members = new LinkedHashMap<>();
      members.put("ok", JsonLiteral.FALSE);
      members.put("error", new JsonString(String.valueOf(e.getMessage())));
      return new JsonObject(members);
    }
  }

  static String sqliteVersion() throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
      return connection.getMetaData().getDatabaseProductVersion();
    }
  }
}
