package org.kyneta.faults.relay;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Store;
import org.kyneta.store.StoreException;
import org.kyneta.store.StoreRecord;

/**
 * A store that breaks its promise: it says that records are stored a while before they are, and
 * says nothing if they cannot be.
 */
final class LateStore {

  private static final int MILLIS = 200;

  private final Store store;
  private final List<Append> waiting = new ArrayList<>();

  private record Append(String docId, List<StoreRecord> records) {}

  private LateStore(Store store) {
    this.store = store;
  }

  /** Returns a store that is late with what another would do at once. */
  static Store over(Store store) {
    LateStore late = new LateStore(store);
    var _ =
        Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory())
            .scheduleWithFixedDelay(late::write, MILLIS, MILLIS, TimeUnit.MILLISECONDS);
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> late.call(method, arguments));
  }

  private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
    if (method.getName().equals("appendAll") && method.getReturnType() == void.class) {
      Object[] given = Objects.requireNonNull(arguments);
      List<StoreRecord> records = new ArrayList<>();
      ((Iterable<?>) given[1]).forEach(each -> records.add((StoreRecord) each));
      later(new Append((String) given[0], records));
      return null;
    }
    write();
    try {
      return method.invoke(store, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  private synchronized void later(Append append) {
    waiting.add(append);
  }

  private synchronized void write() {
    for (Append append : waiting) {
      try {
        store.appendAll(append.docId, append.records);
      } catch (StoreException e) {
        // This is what is broken about it.
      }
    }
    waiting.clear();
  }
}
