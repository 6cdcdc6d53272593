package org.kyneta.jooq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.kyneta.jooq.Samples.entry;
import static org.kyneta.jooq.Samples.stream;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jooq.ConnectionProvider;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.kyneta.store.Store;
import org.kyneta.store.StoreException;
import org.kyneta.testservers.PostgresServer;
import org.kyneta.testservers.PostgresServer.Settings;

/** A password, which neither an exception of a store nor what it logs may repeat. */
@Timeout(120)
class SecretsTest {

  private static final String CANARY = "c4nary-5ong-of-mine";

  /** Addresses at which nobody answers, or that no driver understands. */
  static final List<Place> PLACES =
      List.of(
          new Place(SQLDialect.POSTGRES, "jdbc:postgresql://127.0.0.1:1/x?user=app&password=%s"),
          new Place(SQLDialect.POSTGRES, "jdbc:postgresql://127.0.0.1:x/x?user=app&password=%s"),
          new Place(SQLDialect.POSTGRES, "jdbc:postgresql://app:%s@127.0.0.1:1/x"),
          new Place(SQLDialect.POSTGRES, "jdbc:none://127.0.0.1/x?user=app&password=%s"),
          new Place(SQLDialect.MARIADB, "jdbc:mariadb://127.0.0.1:1/x?user=app&password=%s"),
          new Place(SQLDialect.MARIADB, "jdbc:mariadb://127.0.0.1:x/x?user=app&password=%s"),
          new Place(SQLDialect.H2, "jdbc:h2:mem:x;USER=app;PASSWORD=%s;NONSENSE=1"),
          new Place(SQLDialect.SQLITE, "jdbc:sqlite:/none/none.db?password=%s"));

  private static final Logger ROOT = Logger.getLogger("");
  private static final Logger OURS = Logger.getLogger("org.kyneta");

  private static PostgresServer server;

  private final Queue<String> logged = new ConcurrentLinkedQueue<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          logged.add(line.getMessage() + List.of(parameters(line)) + text(line.getThrown()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  /** A database, and how it is spoken to. */
  record Place(SQLDialect dialect, String address) {

    DSLContext dsl() {
      return DSL.using(new Connecting(address.formatted(CANARY)), dialect);
    }
  }

  /** Connects whenever it is asked to, as a pool does that has none to give. */
  private record Connecting(String url) implements ConnectionProvider {

    @Override
    public Connection acquire() {
      try {
        return DriverManager.getConnection(url);
      } catch (SQLException e) {
        throw new DataAccessException("no connection to " + url, e);
      }
    }

    @Override
    public void release(Connection connection) {
      try {
        connection.close();
      } catch (SQLException e) {
        throw new DataAccessException("not closed: " + url, e);
      }
    }
  }

  @BeforeAll
  static void start() throws Exception {
    server = PostgresServer.start(Settings.DEFAULT);
    run("CREATE ROLE app LOGIN PASSWORD 'another'");
    run("CREATE ROLE owner SUPERUSER LOGIN PASSWORD '" + CANARY + "'");
    Path rules = server.socketFolder().resolve("data/pg_hba.conf");
    String ours = "host all app all scram-sha-256\nhost all owner all scram-sha-256\n";
    Files.writeString(rules, ours + Files.readString(rules));
    server.restart();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void run(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(server.url("postgres"));
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @BeforeEach
  void listen() {
    ROOT.addHandler(handler);
    OURS.setLevel(Level.ALL);
  }

  @AfterEach
  void listenNoMore() {
    ROOT.removeHandler(handler);
    OURS.setLevel(null);
    assertThat(logged).noneMatch(line -> line.contains(CANARY));
  }

  @ParameterizedTest
  @FieldSource("PLACES")
  void whereNobodyAnswersThePasswordIsNotRepeated(Place place) {
    assertSilent(catchThrowable(() -> JooqStore.open(place.dsl(), JooqOptions.DEFAULT)));
    assertSilent(catchThrowable(() -> JooqStore.over(place.dsl(), JooqOptions.DEFAULT)));
    assertSilent(catchThrowable(() -> JooqStore.createTables(place.dsl(), JooqOptions.DEFAULT)));
  }

  @Test
  void whoIsRefusedDoesNotRepeatThePassword() {
    for (String who : List.of("postgres?user=app", "none?user=owner")) {
      DSLContext dsl = at(who).dsl();
      assertSilent(catchThrowable(() -> JooqStore.open(dsl, JooqOptions.DEFAULT)));
      assertSilent(catchThrowable(() -> JooqStore.createTables(dsl, JooqOptions.DEFAULT)));
    }
  }

  @Test
  void statementsThatFailDoNotRepeatThePassword() throws Exception {
    DSLContext dsl = at("postgres?user=owner").dsl();
    assertSilent(catchThrowable(() -> JooqStore.open(dsl, JooqOptions.DEFAULT)));
    JooqStore.createTables(dsl, JooqOptions.DEFAULT);
    try (Store store = JooqStore.open(dsl, JooqOptions.DEFAULT)) {
      store.appendAll("doc", stream(2));
      run("DROP TABLE " + JooqOptions.DEFAULT.tables().recordsName() + " CASCADE");
      assertSilent(catchThrowable(() -> store.append("doc", entry(3))));
      assertSilent(catchThrowable(() -> store.loadAll("doc").stream().toList()));
      server.kill9();
      assertSilent(catchThrowable(() -> store.append("doc", entry(3))));
      assertSilent(catchThrowable(() -> store.loadAll("doc").stream().toList()));
    }
    server.restart();
  }

  private static Place at(String rest) {
    String address = "jdbc:postgresql://127.0.0.1:%d/%s&password=".formatted(server.port(), rest);
    return new Place(SQLDialect.POSTGRES, address + "%s");
  }

  private static void assertSilent(Throwable thrown) {
    assertThat(thrown).isInstanceOfAny(StoreException.class, IllegalArgumentException.class);
    assertThat(text(thrown)).doesNotContain(CANARY);
  }

  private static Object[] parameters(LogRecord line) {
    return line.getParameters() == null ? new Object[0] : line.getParameters();
  }

  /** Returns what is printed of an exception, its causes, and what it has suppressed. */
  private static String text(Throwable thrown) {
    StringWriter text = new StringWriter();
    if (thrown != null) {
      thrown.printStackTrace(new PrintWriter(text, true));
    }
    return text.toString();
  }
}
