package org.kyneta.relay;

import java.util.concurrent.CountDownLatch;

/** A place where whoever comes waits until all are let go. */
final class Halt implements Runnable {

  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);

  /** Waits here. */
  @Override
  public void run() {
    arrived.countDown();
    try {
      release.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until somebody is here. */
  void awaitArrival() throws InterruptedException {
    arrived.await();
  }

  /** Lets go whoever is here, and whoever comes from now on. */
  void release() {
    release.countDown();
  }
}
