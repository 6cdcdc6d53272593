package org.kyneta.jooq;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Connections one step of which fails on purpose: a statement that changes something, or COMMIT.
 */
final class FailingDataSource extends DelegatingDataSource {

  private static final Set<String> EXECUTIONS = Set.of("execute", "executeUpdate", "executeBatch");

  private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);

  FailingDataSource(DataSource real) {
    super(real);
  }

  /** Lets the n-th step from now fail, counted from 1. */
  void failAt(int step) {
    left.set(step);
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection real = super.getConnection();
    return (Connection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> onConnection(real, method, arguments));
  }

  private Object onConnection(Connection real, Method method, Object[] arguments) throws Throwable {
    if (method.getName().equals("commit")) {
      step();
    }
    Object result = call(real, method, arguments);
    boolean changes =
        method.getName().equals("prepareStatement")
            && !arguments[0].toString().startsWith("select");
    return changes ? failing((PreparedStatement) result) : result;
  }

  private PreparedStatement failing(PreparedStatement real) {
    return (PreparedStatement)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {PreparedStatement.class},
            (proxy, method, arguments) -> {
              if (EXECUTIONS.contains(method.getName())) {
                step();
              }
              return call(real, method, arguments);
            });
  }

  private void step() throws SQLException {
    if (left.decrementAndGet() == 0) {
      throw new SQLException("injected: the disk is full", "53100");
    }
  }

  private static Object call(Object real, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
