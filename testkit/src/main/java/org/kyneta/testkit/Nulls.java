package org.kyneta.testkit;

import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.kyneta.store.StoreRecord;

/** Nulls where none are allowed. */
final class Nulls {

  private Nulls() {}

  @SuppressWarnings("NullAway") // To pass what must not be passed is what this is for.
  static <T> T of(Class<T> type) {
    return type.cast(null);
  }

  @SuppressWarnings("NullAway")
  static List<StoreRecord> ofList() {
    return null;
  }

  static void assertRefused(ThrowingCallable call) {
    assertThatNullPointerException().isThrownBy(call);
  }
}
