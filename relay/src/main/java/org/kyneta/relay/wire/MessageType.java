package org.kyneta.relay.wire;

/** The numbers by which messages are told apart. */
final class MessageType {

  static final int ESTABLISH = 0x01;
  static final int DEPART = 0x02;
  static final int PRESENT = 0x10;
  static final int INTEREST = 0x11;
  static final int OFFER = 0x12;
  static final int DISMISS = 0x13;
  static final int VACANT = 0x14;

  private MessageType() {}
}
