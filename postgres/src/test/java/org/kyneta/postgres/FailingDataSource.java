package org.kyneta.postgres;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * A real data source, one of whose steps fails as if the disk were full: an execution of a
 * statement or a commit.
 */
final class FailingDataSource {

  private static final Set<String> STEPS =
      Set.of("execute", "executeUpdate", "executeQuery", "commit");

  private final DataSource source;
  private final AtomicInteger left = new AtomicInteger(-1);

  FailingDataSource(DataSource source) {
    this.source = source;
  }

  /** Lets a step fail, counted from 1 and from now; those after it succeed. */
  void failAt(int step) {
    left.set(step);
  }

  DataSource source() {
    return wrap(
        DataSource.class,
        (proxy, method, arguments) -> {
          Object result = call(source, method, arguments);
          return result instanceof Connection connection ? connection(connection) : result;
        });
  }

  private Connection connection(Connection connection) {
    return wrap(
        Connection.class,
        (proxy, method, arguments) -> {
          step(method.getName());
          Object result = call(connection, method, arguments);
          return result instanceof PreparedStatement statement ? statement(statement) : result;
        });
  }

  private PreparedStatement statement(PreparedStatement statement) {
    return wrap(
        PreparedStatement.class,
        (proxy, method, arguments) -> {
          step(method.getName());
          return call(statement, method, arguments);
        });
  }

  private void step(String method) throws SQLException {
    if (STEPS.contains(method) && left.decrementAndGet() == 0) {
      throw new SQLException("could not extend file: No space left on device", "53100");
    }
  }

  private static Object call(Object target, java.lang.reflect.Method method, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static <T> T wrap(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
