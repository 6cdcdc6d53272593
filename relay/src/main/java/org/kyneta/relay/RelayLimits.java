package org.kyneta.relay;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * How much a relay takes from its peers and keeps in memory. Immutable.
 *
 * @param messageBytes the largest message that is taken, in bytes; at least 1,024 and at most 1 GiB
 * @param connections how many connections there may be at a time, at least 1; those that are no
 *     WebSockets yet do not count, of which there may be an eighth as many, or 128 if that is more,
 *     for 15 seconds each
 * @param outboundBytes how many bytes of changes may wait for one peer to read them, at least
 *     1,024; a peer that is slower is disconnected, and fetches what it lacks when it comes back
 * @param outboundMessages how many messages of changes may wait for one peer, at least 16
 * @param inboundBytes how many bytes of one peer may wait to be stored before nothing more is read
 *     from it, at least 1,024
 * @param bufferBytes how many bytes all messages that wait may take together, with the names that
 *     peers have given aliases, at least 1 MiB; the peer with most is disconnected when it is more
 * @param documents how many documents may be known at a time, at least 1; all peers together may
 *     have eight times as many, or 100,000 if that is more, where a document counts for each peer
 * @param documentsPerPeer how many documents one peer may have at a time, at least 1; those that it
 *     has dismissed do not count
 * @param documentBytes about how many bytes the documents in memory may take, at least 1 MiB; those
 *     that were used least recently make room, and are read again when they are needed
 * @param documentIdle after what time without use a document leaves memory, more than 0
 */
public record RelayLimits(
    int messageBytes,
    int connections,
    long outboundBytes,
    int outboundMessages,
    long inboundBytes,
    long bufferBytes,
    int documents,
    int documentsPerPeer,
    long documentBytes,
    Duration documentIdle) {

  private static final int MIB = 1 << 20;

  /**
   * A document that is known takes about 3.5 KiB, be it empty, and half as much again while it is
   * stored: with all that there may be, a quarter of the heap is theirs.
   */
  private static final int HEAP_PER_DOCUMENT = 16 << 10;

  private static final int MOST_MESSAGE_BYTES = 1 << 30;

  /**
   * Messages of 64 MiB; 20,000 connections; 16 MiB and 50,000 messages to one peer, 8 MiB from it;
   * a document for every 16 KiB that the heap may have, from a thousand to a million, 10,000 a
   * peer, 5 minutes without use; a quarter of the heap for messages, and a quarter for the content
   * of documents.
   */
  public static final RelayLimits DEFAULT =
      new RelayLimits(
          64 * MIB,
          20_000,
          16 * MIB,
          50_000,
          8 * MIB,
          Math.max(MIB, Runtime.getRuntime().maxMemory() / 4),
          Math.clamp(Runtime.getRuntime().maxMemory() / HEAP_PER_DOCUMENT, 1_000, 1_000_000),
          10_000,
          Math.max(MIB, Runtime.getRuntime().maxMemory() / 4),
          Duration.ofMinutes(5));

  /**
   * Checks the numbers.
   *
   * @throws NullPointerException if {@code documentIdle} is null
   * @throws IllegalArgumentException if one is out of its range
   */
  public RelayLimits {
    require("message bytes", messageBytes, 1_024);
    if (messageBytes > MOST_MESSAGE_BYTES) {
      throw new IllegalArgumentException(
          "message bytes: expected at most 1073741824, found " + messageBytes);
    }
    require("connections", connections, 1);
    require("outbound bytes", outboundBytes, 1_024);
    require("outbound messages", outboundMessages, 16);
    require("inbound bytes", inboundBytes, 1_024);
    require("buffer bytes", bufferBytes, MIB);
    require("documents", documents, 1);
    require("documents of a peer", documentsPerPeer, 1);
    require("document bytes", documentBytes, MIB);
    if (!documentIdle.isPositive()) {
      throw new IllegalArgumentException("document idle: expected above 0, found " + documentIdle);
    }
  }

  private static void require(String name, long number, long least) {
    if (number < least) {
      throw new IllegalArgumentException(
          "%s: expected at least %d, found %d".formatted(name, least, number));
    }
  }

  /** Returns these limits with another size of the largest message, in bytes. */
  public RelayLimits withMessageBytes(int value) {
    return with(draft -> draft.messageBytes = value);
  }

  /** Returns these limits with another number of connections. */
  public RelayLimits withConnections(int value) {
    return with(draft -> draft.connections = value);
  }

  /** Returns these limits with another number of bytes that may wait for a peer. */
  public RelayLimits withOutboundBytes(long value) {
    return with(draft -> draft.outboundBytes = value);
  }

  /** Returns these limits with another number of messages that may wait for a peer. */
  public RelayLimits withOutboundMessages(int value) {
    return with(draft -> draft.outboundMessages = value);
  }

  /** Returns these limits with another number of bytes of a peer that may wait. */
  public RelayLimits withInboundBytes(long value) {
    return with(draft -> draft.inboundBytes = value);
  }

  /** Returns these limits with another number of bytes of all messages that wait. */
  public RelayLimits withBufferBytes(long value) {
    return with(draft -> draft.bufferBytes = value);
  }

  /** Returns these limits with another number of documents. */
  public RelayLimits withDocuments(int value) {
    return with(draft -> draft.documents = value);
  }

  /** Returns these limits with another number of documents a peer. */
  public RelayLimits withDocumentsPerPeer(int value) {
    return with(draft -> draft.documentsPerPeer = value);
  }

  /** Returns these limits with another number of bytes of documents in memory. */
  public RelayLimits withDocumentBytes(long value) {
    return with(draft -> draft.documentBytes = value);
  }

  /** Returns these limits with another time after which a document leaves memory. */
  public RelayLimits withDocumentIdle(Duration value) {
    return with(draft -> draft.documentIdle = value);
  }

  private RelayLimits with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.limits();
  }

  /** The limits while one of them is changed. */
  private static final class Draft {

    int messageBytes;
    int connections;
    long outboundBytes;
    int outboundMessages;
    long inboundBytes;
    long bufferBytes;
    int documents;
    int documentsPerPeer;
    long documentBytes;
    Duration documentIdle;

    Draft(RelayLimits from) {
      messageBytes = from.messageBytes;
      connections = from.connections;
      outboundBytes = from.outboundBytes;
      outboundMessages = from.outboundMessages;
      inboundBytes = from.inboundBytes;
      bufferBytes = from.bufferBytes;
      documents = from.documents;
      documentsPerPeer = from.documentsPerPeer;
      documentBytes = from.documentBytes;
      documentIdle = from.documentIdle;
    }

    RelayLimits limits() {
      return new RelayLimits(
          messageBytes,
          connections,
          outboundBytes,
          outboundMessages,
          inboundBytes,
          bufferBytes,
          documents,
          documentsPerPeer,
          documentBytes,
          documentIdle);
    }
  }
}
