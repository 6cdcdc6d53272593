package org.kyneta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.store.Limits;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.RecordRejectedException.Rule;
import org.kyneta.store.Store;

/** What every test has at hand: a fresh back end, an open store, and the assertions of its own. */
@ExtendWith(TimeLimit.class)
abstract class Harness {

  /** The document that a test uses which needs only one. */
  static final String DOC = "doc";

  private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
  private Backend backend;
  Store store;

  abstract Backend newBackend(Path directory) throws Exception;

  abstract Duration timeLimit();

  @BeforeEach
  final void openBackend(@TempDir Path directory) throws Exception {
    backend = newBackend(directory);
    toClose.push(backend::close);
    store = open();
  }

  @AfterEach
  final void closeAll() throws Exception {
    Exception first = null;
    while (!toClose.isEmpty()) {
      try {
        toClose.pop().close();
      } catch (Exception e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  final Backend backend() {
    return backend;
  }

  final boolean has(Trait trait) {
    return backend.traits().contains(trait);
  }

  final void assume(Trait trait) {
    assumeTrue(has(trait), () -> "the back end does not declare the trait " + trait);
  }

  /** Opens a store which is closed after the test. */
  final Store open() throws Exception {
    return open(Limits.DEFAULT);
  }

  final Store open(Limits limits) throws Exception {
    return keep(backend.open(limits));
  }

  final Store keep(Store opened) {
    toClose.push(opened);
    return opened;
  }

  /** Closes the store and opens another, over the same data if the back end is persistent. */
  final void reopen() throws Exception {
    store.close();
    store = open();
  }

  /** Returns a second store over the same data if there can be one, else the store itself. */
  final Store another() throws Exception {
    return has(Trait.SHARED) ? open() : store;
  }

  /** Asserts that a rule refuses a call, which thereby changes nothing. */
  final RecordRejectedException assertRefused(Rule rule, ThrowingCallable call) {
    Throwable thrown = assertChangesNothing(call);
    assertThat(thrown).isInstanceOf(RecordRejectedException.class);
    RecordRejectedException refusal = (RecordRejectedException) thrown;
    assertThat(refusal.rule()).as("the rule in: %s", refusal.getMessage()).isEqualTo(rule);
    return refusal;
  }

  /** Asserts that a call throws, and returns what, having seen that the store is as before. */
  final Throwable assertChangesNothing(ThrowingCallable call) {
    Contents before = Contents.of(store);
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).as("what the call throws").isNotNull();
    assertThat(Contents.of(store)).as("the store after %s", thrown).isEqualTo(before);
    return thrown;
  }
}
