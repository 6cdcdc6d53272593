package org.kyneta.relay.replica;

/** Is told what an update of the Yjs format, version 1, holds, in its order. */
interface YjsVisitor {

  /**
   * Structs of a client follow, if there are any.
   *
   * @param client the client
   * @param clock the clock of the first
   * @param count how many there are
   */
  void client(long client, long clock, int count) throws UnreadableException;

  /** A struct of the client, in an object that will be used for the next one. */
  void struct(YjsStruct struct) throws UnreadableException;

  /**
   * Deletions of what a client has made follow, if there are any; there are no more structs.
   *
   * @param client the client
   * @param count how many ranges there are
   */
  void deletions(long client, int count) throws UnreadableException;

  /**
   * A range of deletions.
   *
   * @param from the first clock
   * @param to the clock after the last one, above {@code from}
   */
  void range(long from, long to) throws UnreadableException;

  /** The update has ended. */
  void end() throws UnreadableException;

  /** Tells a visitor an update. Nothing is known of the update's rest while it is told. */
  static void visit(byte[] update, YjsVisitor visitor) throws UnreadableException {
    BinaryInput in = new BinaryInput(update);
    int clients = in.count(3);
    YjsStruct struct = new YjsStruct();
    for (int i = 0; i < clients; i++) {
      int count = in.count(2);
      long client = in.unsigned();
      long clock = in.unsigned();
      visitor.client(client, clock, count);
      for (int j = 0; j < count; j++) {
        struct.read(in, client, clock);
        visitor.struct(struct);
        clock = struct.endClock();
      }
    }
    visitDeletions(in, visitor);
    in.requireEnd();
    visitor.end();
  }

  private static void visitDeletions(BinaryInput in, YjsVisitor visitor)
      throws UnreadableException {
    int clients = in.count(2);
    for (int i = 0; i < clients; i++) {
      long client = in.unsigned();
      int count = in.count(2);
      visitor.deletions(client, count);
      for (int j = 0; j < count; j++) {
        long from = in.unsigned();
        long length = in.unsigned();
        if (length > BinaryInput.LARGEST - from) {
          throw in.broken("a clock below 2^53");
        }
        if (length > 0) {
          visitor.range(from, from + length);
        }
      }
    }
  }
}
