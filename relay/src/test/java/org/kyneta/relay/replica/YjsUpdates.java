package org.kyneta.relay.replica;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Updates of the Yjs format, written by hand: structs one after another, then deletions. */
final class YjsUpdates {

  private final BinaryOutput out = new BinaryOutput();

  /** An update with the structs of one client. */
  static YjsUpdates of(long client, long clock, int structs) {
    YjsUpdates update = new YjsUpdates();
    update.out.unsigned(1);
    return update.client(client, clock, structs);
  }

  /** An update with nothing but deletions, of one client. */
  static byte[] deleting(long client, long... clocksAndLengths) {
    YjsUpdates update = new YjsUpdates();
    update.out.unsigned(0);
    return update.deleting(1).ranges(client, clocksAndLengths);
  }

  private YjsUpdates client(long client, long clock, int structs) {
    out.unsigned(structs).unsigned(client).unsigned(clock);
    return this;
  }

  /** Text at the beginning of the root type "t". */
  YjsUpdates first(String text) {
    out.octet(4).unsigned(1);
    return string("t").string(text);
  }

  /** Text behind an item. */
  YjsUpdates behind(long client, long clock, String text) {
    out.octet(0x84).unsigned(client).unsigned(clock);
    return string(text);
  }

  /** Text between two items. */
  YjsUpdates between(long client, long clock, long rightClient, long rightClock, String text) {
    out.octet(0xc4).unsigned(client).unsigned(clock).unsigned(rightClient).unsigned(rightClock);
    return string(text);
  }

  YjsUpdates skip(long length) {
    out.octet(10).unsigned(length);
    return this;
  }

  YjsUpdates collected(long length) {
    out.octet(0).unsigned(length);
    return this;
  }

  private YjsUpdates string(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    out.unsigned(bytes.length).write(bytes);
    return this;
  }

  YjsUpdates raw(int... octets) {
    for (int octet : octets) {
      out.octet(octet);
    }
    return this;
  }

  YjsUpdates deleting(int clients) {
    out.unsigned(clients);
    return this;
  }

  byte[] ranges(long client, long... clocksAndLengths) {
    out.unsigned(client).unsigned(clocksAndLengths.length / 2);
    for (long number : clocksAndLengths) {
      out.unsigned(number);
    }
    return out.toByteArray();
  }

  /** Returns the update, which deletes nothing. */
  byte[] end() {
    return out.unsigned(0).toByteArray();
  }
}
