package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Who takes a turn, and for how long. */
class TurnTest {

  private final Semaphore turns = new Semaphore(1);
  private final Toll toll = new Toll(new AtomicLong()::get);
  private final Turn turn = new Turn(turns, toll);

  private void becomeGreedy() {
    toll.countBytes(1 << 20);
  }

  private int left() {
    return turns.availablePermits();
  }

  @Test
  void onlyTheGreedyTakeTurns() {
    turn.with(() -> assertThat(left()).isOne());
    becomeGreedy();
    turn.with(() -> {
      assertThat(left()).isZero();
      turn.await(() -> assertThat(left()).as("one turn, not two").isZero());
    });
    assertThat(left()).isOne();
    turn.without(() -> turn.await(() -> assertThat(left()).isOne()));
  }

  @Test
  void whoBecomesGreedyByWhatWasReadTakesATurn() {
    turn.with(() -> {
      becomeGreedy();
      assertThat(left()).isOne();
      turn.await(() -> assertThat(left()).isZero());
      assertThat(left()).isOne();
    });
  }

  @Test
  void aTurnThatFailsOrEndsEarlyIsOthers() {
    becomeGreedy();
    turn.with(() -> {
      turn.end();
      assertThat(left()).isOne();
    });
    assertThat(left()).isOne();
    try {
      turn.with(() -> {
        throw new IllegalStateException("broken");
      });
    } catch (IllegalStateException e) {
      assertThat(left()).isOne();
    }
  }
}
