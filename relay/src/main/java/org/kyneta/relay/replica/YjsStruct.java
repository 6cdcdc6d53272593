package org.kyneta.relay.replica;

/**
 * A struct of a Yjs update, seen in place: where it and its parts lie in the update's bytes. A
 * reader fills the same object again and again, since an update may hold very many.
 */
final class YjsStruct {

  private static final int KIND = 0x1f;
  private static final int KEY = 0x20;
  private static final int RIGHT = 0x40;
  private static final int LEFT = 0x80;

  /** The character U+FFFD in UTF-8. */
  private static final byte[] REPLACEMENT = {(byte) 0xef, (byte) 0xbf, (byte) 0xbd};

  private byte[] bytes = {};
  private int start;
  private int end;
  private int info;
  private long client;
  private long clock;
  private long length;
  private long leftClient;
  private long leftClock;
  private long rightClient;
  private long rightClock;
  private long parentClient;
  private long parentClock;
  private int rightStart;
  private int rightEnd;
  private int content;

  /** Reads the struct that begins at the position of the input. */
  void read(BinaryInput in, long ofClient, long atClock) throws UnreadableException {
    bytes = in.bytes();
    start = in.position();
    client = ofClient;
    clock = atClock;
    info = in.octet();
    leftClient = rightClient = parentClient = -1;
    if (isItem()) {
      readPlace(in);
    }
    content = in.position();
    length = YjsContent.skip(kind(), in);
    end = in.position();
    if (length > BinaryInput.LARGEST - clock) {
      throw in.broken("a clock below 2^53");
    }
  }

  private void readPlace(BinaryInput in) throws UnreadableException {
    if ((info & LEFT) != 0) {
      leftClient = in.unsigned();
      leftClock = in.unsigned();
    }
    rightStart = in.position();
    if ((info & RIGHT) != 0) {
      rightClient = in.unsigned();
      rightClock = in.unsigned();
    }
    rightEnd = in.position();
    if ((info & (LEFT | RIGHT)) == 0) {
      if (in.unsigned() == 1) {
        YjsContent.string(in);
      } else {
        parentClient = in.unsigned();
        parentClock = in.unsigned();
      }
      if ((info & KEY) != 0) {
        YjsContent.string(in);
      }
    }
  }

  int kind() {
    return info & KIND;
  }

  private boolean isItem() {
    return kind() != YjsContent.GC && kind() != YjsContent.SKIP;
  }

  boolean isSkip() {
    return kind() == YjsContent.SKIP;
  }

  long client() {
    return client;
  }

  long clock() {
    return clock;
  }

  long length() {
    return length;
  }

  long endClock() {
    return clock + length;
  }

  int size() {
    return end - start;
  }

  /** Tells the ids of the items that must be there before this one can be. */
  void references(IdConsumer consumer) {
    if (leftClient >= 0) {
      consumer.accept(leftClient, leftClock);
    }
    if (rightClient >= 0) {
      consumer.accept(rightClient, rightClock);
    }
    if (parentClient >= 0) {
      consumer.accept(parentClient, parentClock);
    }
  }

  /** Takes the id of an item. */
  interface IdConsumer {
    void accept(long client, long clock);
  }

  /**
   * Whether a struct of this kind may be joined with one that follows it as if both had been made
   * at once. Only those kinds are told that clients join in the same way: a run of typed text, and
   * what was deleted. An item under a key is a value of its own.
   */
  boolean isJoinable() {
    return switch (kind()) {
      case YjsContent.GC -> true;
      case YjsContent.STRING, YjsContent.DELETED -> (info & KEY) == 0;
      default -> false;
    };
  }

  /** Whether the item stands right behind the one that its client made last. */
  boolean followsItsPredecessor() {
    return kind() == YjsContent.GC || (leftClient == client && leftClock == clock - 1);
  }

  /** Returns the client of the neighbour on the right, or -1 if there is none. */
  long rightClient() {
    return rightClient;
  }

  long rightClock() {
    return rightClient < 0 ? -1 : rightClock;
  }

  /** Returns how far behind the struct's beginning its content lies. */
  int contentOffset() {
    return content - start;
  }

  /** Returns the integer that the content begins with, where the struct is joinable. */
  long number() {
    return kind() == YjsContent.STRING ? end - body() : length;
  }

  /** Appends what follows the integer that the content begins with. */
  void writeBody(BinaryOutput out) {
    out.write(bytes, body(), end);
  }

  private int body() {
    int at = content;
    while (bytes[at] < 0) {
      at++;
    }
    return at + 1;
  }

  /** Appends the struct, without its first ticks. */
  void write(BinaryOutput out, long offset) {
    if (offset == 0) {
      out.write(bytes, start, end);
      return;
    }
    if (!isItem()) {
      out.octet(info).unsigned(length - offset);
      return;
    }
    // What is left out has become the neighbour on the left, which tells the parent.
    out.octet(info | LEFT).unsigned(client).unsigned(clock + offset - 1);
    out.write(bytes, rightStart, rightEnd);
    switch (kind()) {
      case YjsContent.DELETED -> out.unsigned(length - offset);
      case YjsContent.STRING -> writeText(out, offset);
      case YjsContent.JSON, YjsContent.ANY -> writeElements(out, offset);
      default -> throw new IllegalStateException("a struct of length 1 has no part");
    }
  }

  /** Returns the struct without its first ticks, which are not all of it, as one of its own. */
  YjsStruct rest(long offset) {
    BinaryOutput out = new BinaryOutput();
    write(out, offset);
    YjsStruct rest = new YjsStruct();
    try {
      rest.read(new BinaryInput(out.toByteArray()), client, clock + offset);
    } catch (UnreadableException e) {
      throw new IllegalStateException("the struct was read before", e);
    }
    return rest;
  }

  private void writeText(BinaryOutput out, long offset) {
    int at = body();
    long units = 0;
    while (units < offset) {
      int bytesOfCharacter = Utf16.lengthOf(bytes[at]);
      units += bytesOfCharacter == 4 ? 2 : 1;
      at += bytesOfCharacter;
    }
    boolean halved = units > offset;
    out.unsigned(end - at + (halved ? REPLACEMENT.length : 0));
    if (halved) {
      // Half a character cannot be written, so JavaScript puts this in its place.
      out.write(REPLACEMENT);
    }
    out.write(bytes, at, end);
  }

  private void writeElements(BinaryOutput out, long offset) {
    BinaryInput in = new BinaryInput(bytes, body(), end);
    try {
      YjsContent.skipElements(kind(), offset, in);
    } catch (UnreadableException e) {
      throw new IllegalStateException("the struct was read before", e);
    }
    out.unsigned(length - offset).write(bytes, in.position(), end);
  }
}
