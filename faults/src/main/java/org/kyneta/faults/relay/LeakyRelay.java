package org.kyneta.faults.relay;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.kyneta.relay.Relay;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.Store;

/** What shows that a leak is noticed: a relay that keeps a little of each write in memory. */
final class LeakyRelay {

  private static final int BYTES = 1_024;

  private LeakyRelay() {}

  /** Serves the file that is named first on the port that is named second, until it is killed. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (SqliteStore store = SqliteStore.open(Path.of(arguments[0]));
        Relay relay =
            Relay.builder().store(leaking(store)).port(Integer.parseInt(arguments[1])).start()) {
      System.out.printf("{\"uri\":\"%s\"}%n", relay.uri());
      System.out.flush();
      Thread.currentThread().join();
    }
  }

  private static Store leaking(Store store) {
    List<byte[]> kept = Collections.synchronizedList(new ArrayList<>());
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> {
              kept.add(new byte[BYTES]);
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            });
  }
}
