package org.kyneta.relay.replica;

/**
 * What the items of a Yjs update carry, read no further than it takes to know how long it is: how
 * many bytes, and how many of the client's clock ticks.
 */
final class YjsContent {

  static final int GC = 0;
  static final int DELETED = 1;
  static final int JSON = 2;
  static final int BINARY = 3;
  static final int STRING = 4;
  static final int EMBED = 5;
  static final int FORMAT = 6;
  static final int TYPE = 7;
  static final int ANY = 8;
  static final int DOCUMENT = 9;
  static final int SKIP = 10;

  private static final int XML_ELEMENT = 3;
  private static final int XML_HOOK = 5;
  private static final int LAST_TYPE = 6;

  /** No document is nested so deeply, and the stack of a thread holds as many calls. */
  private static final int DEEPEST = 500;

  private YjsContent() {}

  /** Steps over a content and returns its length in ticks. */
  static long skip(int kind, BinaryInput in) throws UnreadableException {
    return switch (kind) {
      case GC, DELETED, SKIP -> in.unsigned();
      case STRING -> string(in);
      case BINARY -> {
        in.block();
        yield 1;
      }
      case EMBED -> {
        string(in);
        yield 1;
      }
      case FORMAT -> {
        string(in);
        string(in);
        yield 1;
      }
      case TYPE -> type(in);
      case JSON, ANY -> {
        int count = in.count(1);
        skipElements(kind, count, in);
        yield count;
      }
      case DOCUMENT -> {
        string(in);
        any(in, 0);
        yield 1;
      }
      default -> throw in.broken("a kind of struct from 0 to 10");
    };
  }

  /** Steps over elements of a content that is a list. */
  static void skipElements(int kind, long count, BinaryInput in) throws UnreadableException {
    for (long i = 0; i < count; i++) {
      if (kind == JSON) {
        string(in);
      } else {
        any(in, 0);
      }
    }
  }

  /** Steps over a string and returns its length in UTF-16 units. */
  static int string(BinaryInput in) throws UnreadableException {
    int length = in.block();
    int units = Utf16.units(in.bytes(), in.position() - length, in.position());
    if (units < 0) {
      throw in.broken("text in UTF-8");
    }
    return units;
  }

  private static long type(BinaryInput in) throws UnreadableException {
    long type = in.unsigned();
    if (type > LAST_TYPE) {
      throw in.broken("a shared type from 0 to " + LAST_TYPE);
    }
    if (type == XML_ELEMENT || type == XML_HOOK) {
      string(in);
    }
    return 1;
  }

  private static void any(BinaryInput in, int depth) throws UnreadableException {
    if (depth > DEEPEST) {
      throw in.broken("values nested at most " + DEEPEST + " deep");
    }
    switch (in.octet()) {
      // undefined, null, false, true
      case 127, 126, 121, 120 -> {}
      case 125 -> integer(in);
      // A float; a double or a big integer
      case 124 -> in.skip(4);
      case 123, 122 -> in.skip(8);
      case 119 -> string(in);
      case 118 -> object(in, depth);
      case 117 -> array(in, depth);
      case 116 -> in.block();
      default -> throw in.broken("the tag of a value, from 116 to 127");
    }
  }

  private static void integer(BinaryInput in) throws UnreadableException {
    int most = 10;
    while (in.octet() >= 0x80) {
      if (--most == 0) {
        throw in.broken("an integer of at most 10 bytes");
      }
    }
  }

  private static void object(BinaryInput in, int depth) throws UnreadableException {
    int count = in.count(2);
    for (int i = 0; i < count; i++) {
      string(in);
      any(in, depth + 1);
    }
  }

  private static void array(BinaryInput in, int depth) throws UnreadableException {
    int count = in.count(1);
    for (int i = 0; i < count; i++) {
      any(in, depth + 1);
    }
  }
}
