package org.kyneta.relay.wire;

/** The text messages of a connection; everything else travels in binary ones. */
public final class TextMessages {

  /** What the server says first, once it listens; a client says nothing before. */
  public static final String READY = "ready";

  /** What a client says from time to time to see that the connection lives. */
  public static final String PING = "ping";

  /** What the server answers to {@link #PING}. */
  public static final String PONG = "pong";

  private TextMessages() {}
}
