package org.kyneta.relay.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Who has a turn when. */
class TurnsTest {

  /** Threads that start when the test says so, so that it knows what waits. */
  private final Queue<Runnable> started = new ArrayDeque<>();

  private final List<String> done = new ArrayList<>();

  private void run() {
    while (!started.isEmpty()) {
      started.remove().run();
    }
  }

  @Test
  void whoHasMuchToDoDoesNotLetOthersWait() {
    Turns turns = new Turns(started::add, 1);
    for (int i = 0; i < 100; i++) {
      String number = "a" + i;
      turns.run("alice", () -> done.add(number));
    }
    turns.run("bob", () -> done.add("b0"));
    turns.run("bob", () -> done.add("b1"));
    run();
    assertThat(done).hasSize(102).startsWith("a0", "a1", "b0", "a2", "b1", "a3", "a4");
  }

  @Test
  void notMoreThanSoManyRunAtATime() {
    Turns turns = new Turns(started::add, 3);
    for (int i = 0; i < 10; i++) {
      turns.run("alice", () -> done.add("done"));
    }
    assertThat(started).hasSize(3);
    run();
    assertThat(done).hasSize(10);
    turns.run("alice", () -> done.add("later"));
    assertThat(started).hasSize(1);
  }

  @Test
  void whatIsAddedMeanwhileIsDone() {
    Turns turns = new Turns(started::add, 1);
    turns.run("alice", () -> turns.run("alice", () -> done.add("second")));
    run();
    assertThat(done).containsExactly("second");
  }
}
