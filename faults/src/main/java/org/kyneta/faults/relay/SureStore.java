package org.kyneta.faults.relay;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.Position;
import org.kyneta.store.SharedStore;
import org.kyneta.store.StorageException;

/**
 * A store that breaks its promise: where nobody could tell whether a write was done, it is sure.
 */
final class SureStore {

  private final SharedStore store;
  private final Certainty certainty;
  private final Map<String, Position> ends = new ConcurrentHashMap<>();

  /** What it is sure of. */
  enum Certainty {
    /** Nothing: it keeps its promise. */
    NONE,
    /** A write of unknown outcome was done. */
    DONE,
    /** A write of unknown outcome was not done, so it is done again. */
    NOT_DONE
  }

  private SureStore(SharedStore store, Certainty certainty) {
    this.store = store;
    this.certainty = certainty;
  }

  /** Returns a store over another; the same if it is to keep its promise. */
  static SharedStore over(SharedStore store, Certainty certainty) {
    if (certainty == Certainty.NONE) {
      return store;
    }
    SureStore sure = new SureStore(store, certainty);
    return (SharedStore)
        Proxy.newProxyInstance(
            SharedStore.class.getClassLoader(),
            new Class<?>[] {SharedStore.class},
            (proxy, method, arguments) -> sure.call(method, arguments));
  }

  private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
    if (!method.getName().equals("appendAt") && !method.getName().equals("appendAnywhere")) {
      return invoke(method, arguments);
    }
    Object[] given = Objects.requireNonNull(arguments);
    String docId = (String) given[0];
    Object end;
    try {
      end = invoke(method, given);
    } catch (OutcomeUnknownException | StorageException e) {
      if (certainty == Certainty.NOT_DONE) {
        return again(method, given);
      }
      Position before = ends.getOrDefault(docId, Position.ABSENT);
      Position made = new Position(before.stream(), before.lastSeq() + ((List<?>) given[1]).size());
      end = method.getReturnType() == Optional.class ? Optional.of(made) : made;
    }
    switch (end) {
      case Position position -> ends.put(docId, position);
      case Optional<?> found -> found.ifPresent(position -> ends.put(docId, (Position) position));
      case null, default -> throw new IllegalStateException("expected a position, found " + end);
    }
    return end;
  }

  private @Nullable Object again(Method method, Object[] arguments) throws Throwable {
    for (int left = 100; ; left--) {
      try {
        return invoke(method, arguments);
      } catch (OutcomeUnknownException | StorageException e) {
        if (left == 0) {
          throw e;
        }
        Thread.sleep(50);
      }
    }
  }

  private @Nullable Object invoke(Method method, Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(store, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }
}
