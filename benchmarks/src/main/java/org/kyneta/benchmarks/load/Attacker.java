package org.kyneta.benchmarks.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A hostile client, which makes the same attack again and again. For one thread. */
final class Attacker implements Runnable {

  private static final int MILLIS_BETWEEN_SESSIONS = 20;

  private final Attack attack;
  private final int number;
  private final InetSocketAddress address;
  private final Captures captures;
  private final CountDownLatch toStop;
  private final Random random;
  private final AtomicLong sessions = new AtomicLong();
  private final AtomicLong refusals = new AtomicLong();

  /**
   * Makes a hostile client.
   *
   * @param number tells it from the others that make this attack
   * @param toStop is counted down when it is to end
   */
  Attacker(
      Attack attack,
      int number,
      InetSocketAddress address,
      Captures captures,
      long seed,
      CountDownLatch toStop) {
    this.attack = attack;
    this.number = number;
    this.address = address;
    this.captures = captures;
    this.toStop = toStop;
    this.random = new Random(seed * 1_000_003 + attack.name().hashCode() * 1_009L + number);
  }

  Attack attack() {
    return attack;
  }

  int number() {
    return number;
  }

  InetSocketAddress address() {
    return address;
  }

  Captures captures() {
    return captures;
  }

  Random random() {
    return random;
  }

  /** Returns how many times it has connected. */
  long sessions() {
    return sessions.get();
  }

  /** Returns how many of these the relay, or its system, has ended. */
  long refusals() {
    return refusals.get();
  }

  /** Returns a name that no other session has. */
  String name() {
    return "hostile-%s-%d-%d".formatted(attack, number, sessions.get());
  }

  byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  boolean isOver() {
    return toStop.getCount() == 0;
  }

  /** Waits for so long, or until all is over. */
  void pause(long millis) {
    try {
      boolean _ = toStop.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void run() {
    while (!isOver()) {
      sessions.incrementAndGet();
      try {
        attack.session(this);
      } catch (IOException e) {
        refusals.incrementAndGet();
      }
      pause(MILLIS_BETWEEN_SESSIONS);
    }
  }
}
