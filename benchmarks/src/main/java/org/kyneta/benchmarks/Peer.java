package org.kyneta.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.kyneta.store.JsonValue;
import org.kyneta.store.JsonValue.JsonLiteral;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;

/**
 * One of our peers: serves a round for each line of standard input, as {@code javascript/bench.mjs}
 * and {@code benchmarks/c} do. The arguments are its name and, for FFM, a library.
 */
final class Peer {

  private Peer() {}

  /** Serves rounds until the input ends. */
  public static void main(String[] arguments) throws IOException {
    SqliteAccess sqlite = SqliteAccess.of(arguments[0], arguments.length > 1 ? arguments[1] : null);
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

  static JsonObject answer(String line, SqliteAccess sqlite) {
    try {
      Command command = Command.parse(line);
      Access access = Access.of(command, sqlite);
      Outcome outcome = Workloads.perform(command, access);
      return outcome.toAnswer(command.text("workload"), access.version());
    } catch (IOException | RuntimeException e) {
      Map<String, JsonValue> members = new LinkedHashMap<>();
      members.put("ok", JsonLiteral.FALSE);
      members.put("error", new JsonString(String.valueOf(e.getMessage())));
      return new JsonObject(members);
    }
  }
}
