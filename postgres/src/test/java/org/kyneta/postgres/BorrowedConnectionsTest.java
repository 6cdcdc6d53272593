package org.kyneta.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.postgres.Samples.META;
import static org.kyneta.postgres.Samples.entry;
import static org.kyneta.postgres.Samples.stream;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.postgres.PostgresLease.HeldException;
import org.kyneta.postgres.PostgresOptions.SchemaMode;
import org.kyneta.sql.TableNames;
import org.kyneta.store.ChangeFeed;
import org.kyneta.store.Cursor;
import org.kyneta.store.Position;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StreamView;
import org.kyneta.testservers.Collation;

/** Connections go back to their pool as they came, whatever they were used for. */
@Timeout(120)
class BorrowedConnectionsTest {

  private static final State CAME = new State(/* auto= */ false, 77_777, "somebody's");

  private final BlockingDeque<Connection> idle = new LinkedBlockingDeque<>();
  private final List<State> returned = new ArrayList<>();
  private String url = "";

  /** What a connection remembers between uses. */
  private record State(boolean auto, int timeoutMillis, String name) {

    static State of(Connection connection) throws SQLException {
      boolean auto = connection.getAutoCommit();
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SHOW application_name")) {
        rows.next();
        return new State(auto, connection.getNetworkTimeout(), rows.getString(1));
      }
    }
  }

  @BeforeEach
  void createDatabase() throws SQLException {
    url = Databases.create(Collation.C);
  }

  @AfterEach
  void closeConnections() throws SQLException {
    for (Connection connection : idle) {
      connection.close();
    }
  }

  /** Makes a pool by hand, which sees what it gets back and puts nothing right. */
  private DataSource pool() {
    return proxy(
        DataSource.class,
        (method, arguments) -> {
          Connection free = idle.poll();
          return lend(free == null ? connect() : free);
        });
  }

  private Connection connect() throws SQLException {
    Connection connection = DriverManager.getConnection(url);
    connection.setNetworkTimeout(Runnable::run, CAME.timeoutMillis());
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET application_name = 'somebody''s'");
    }
    connection.setAutoCommit(CAME.auto());
    return connection;
  }

  private Connection lend(Connection connection) {
    return proxy(
        Connection.class,
        (method, arguments) -> {
          if (!method.getName().equals("close")) {
            return method.invoke(connection, arguments);
          }
          if (!connection.isClosed()) {
            synchronized (returned) {
              returned.add(State.of(connection));
            }
            connection.rollback();
            idle.add(connection);
          }
          return null;
        });
  }

  private interface Call {
    @Nullable Object run(Method method, Object[] arguments)
        throws ReflectiveOperationException, SQLException;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                return call.run(method, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  private void assertReturnedAsTheyCame() {
    synchronized (returned) {
      assertThat(returned).isNotEmpty().containsOnly(CAME);
      returned.clear();
    }
  }

  private PostgresStore open() {
    return PostgresStore.open(pool(), PostgresOptions.DEFAULT.withSchema(SchemaMode.CREATE));
  }

  @Test
  void writesLeaveThemAsTheyCame() {
    try (PostgresStore store = open()) {
      store.appendAll("doc", stream(3, "a"));
      store.append("doc", entry("b"));
      store.replace("doc", stream(2, "c"));
      store.delete("doc");
      assertReturnedAsTheyCame();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 9_000, 200_000})
  void cursorsLeaveThemAsTheyCame(int entries) {
    try (PostgresStore store = open()) {
      store.appendAll("doc", stream(entries, "some text"));
      assertReturnedAsTheyCame();
      try (RecordCursor whole = store.loadAll("doc")) {
        assertThat(whole.stream()).hasSize(entries + 1);
      }
      assertReturnedAsTheyCame();
      try (RecordCursor left = store.loadAll("doc")) {
        assertThat(left.next()).isEqualTo(META);
      }
      try (StreamView view = store.read("doc", Position.ABSENT);
          Cursor<String> ids = store.listDocIds()) {
        assertThat(view.isWhole()).isTrue();
        assertThat(ids.stream()).containsExactly("doc");
      }
      assertReturnedAsTheyCame();
    }
  }

  @Test
  void leasesLeaveThemAsTheyCame() {
    try (PostgresLease lease = PostgresLease.take(pool(), TableNames.DEFAULT, "kyneta serve")) {
      lease.requireHeld();
      assertThatExceptionOfType(HeldException.class)
          .isThrownBy(() -> PostgresLease.take(pool(), TableNames.DEFAULT, "kyneta load"));
      assertReturnedAsTheyCame();
    }
    assertReturnedAsTheyCame();
    PostgresLease.join(pool(), TableNames.DEFAULT, "kyneta serve").close();
    assertReturnedAsTheyCame();
  }

  @Test
  void feedsLeaveThemAsTheyCame() {
    ChangeFeed.Listener nobody =
        new ChangeFeed.Listener() {
          @Override
          public void changed(String docId, Position position) {}

          @Override
          public void mayHaveMissed() {}
        };
    try (PostgresStore store = open()) {
      try (ChangeFeed feed = store.openFeed(nobody)) {
        feed.publish("doc", store.appendAt("doc", List.of(META), Position.ABSENT).orElseThrow());
      }
      assertReturnedAsTheyCame();
    }
  }
}
