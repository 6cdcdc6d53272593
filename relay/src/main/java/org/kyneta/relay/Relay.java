package org.kyneta.relay;

/** A durable sync relay over a record store. */
public final class Relay {

  private Relay() {}
}
