package org.kyneta.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WriteQueueTest {

  private final WriteQueue<String> queue = new WriteQueue<>(16, 16);

  private Thread writer(
      String work, Consumer<List<String>> batch, AtomicReference<@Nullable Throwable> thrown) {
    return new Thread(() -> {
      try {
        queue.combine(work, batch);
      } catch (RuntimeException | Error e) {
        thrown.set(e);
      }
    });
  }

  @Test
  void workThatAnotherThreadBeganAndThrewIsNotCalledDone() throws InterruptedException {
    Consumer<List<String>> batch =
        works -> {
          if (works.size() > 1) {
            throw new OutOfMemoryError("injected");
          }
        };
    AtomicReference<@Nullable Throwable> ofLeader = new AtomicReference<>();
    AtomicReference<@Nullable Throwable> ofOther = new AtomicReference<>();
    Thread leader = writer("first", batch, ofLeader);
    Thread other = writer("second", batch, ofOther);
    queue.alone(() -> {
      startAndAwaitWaiting(leader);
      startAndAwaitWaiting(other);
      return null;
    });
    leader.join();
    other.join();
    assertThat(ofLeader.get()).isInstanceOf(OutOfMemoryError.class);
    assertThat(ofOther.get()).isInstanceOf(AssertionError.class).hasMessageContaining("on the way");
    queue.combine("third", batch);
  }

  private static void startAndAwaitWaiting(Thread thread) {
    thread.start();
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }
}
