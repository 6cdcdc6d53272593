package org.kyneta.faults.postgres;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kyneta.faults.postgres.CommitProxy.Order;
import org.kyneta.faults.postgres.CommitProxy.Side;

/**
 * One connection through a {@link CommitProxy}: it follows the statements that the client prepares
 * and runs, and what the server says of the transaction (messages as in chapter 55 of the
 * PostgreSQL manual). Each direction is for one thread.
 */
final class Session {

  private static final int PROTOCOL = 3 << 16;
  private static final int CANCEL = 80_877_102;

  private static final Pattern WRITE =
      Pattern.compile(
          "\\b(insert\\s+into|delete\\s+from|update\\s+\\S+\\s+(as\\s+\\S+\\s+)?set)\\b",
          Pattern.CASE_INSENSITIVE);

  private final CommitProxy proxy;
  private final DataOutputStream toServer;
  private final DataOutputStream toClient;

  private final Map<String, String> prepared = new HashMap<>();
  private final Map<String, String> portals = new HashMap<>();
  private final List<String> running = new ArrayList<>();

  /** What the server said last: I idle, T within a transaction, E within one that has failed. */
  private volatile char status = 'I';

  /** What is cut once the server has committed. */
  private volatile @Nullable Order awaited;

  Session(CommitProxy proxy, OutputStream toServer, OutputStream toClient) {
    this.proxy = proxy;
    this.toServer = new DataOutputStream(toServer);
    this.toClient = new DataOutputStream(toClient);
  }

  /** Passes on what a client sends until it is to be cut; returns what asked for that. */
  @Nullable Order fromClient(DataInputStream in) throws IOException {
    if (!start(in)) {
      return null;
    }
    ByteArrayOutputStream held = new ByteArrayOutputStream();
    DataOutputStream batch = new DataOutputStream(held);
    while (true) {
      char type = (char) in.readUnsignedByte();
      byte[] body = body(in);
      note(type, body);
      write(batch, type, body);
      if (type == 'S' || type == 'Q') {
        Order order = commits() ? proxy.take(running) : null;
        running.clear();
        if (order != null && order.side() == Side.BEFORE) {
          return order;
        }
        awaited = order;
      }
      if ("SQHXpdcf".indexOf(type) >= 0) {
        held.writeTo(toServer);
        toServer.flush();
        held.reset();
      }
    }
  }

  /** Passes the first message on; returns whether others follow. */
  private boolean start(DataInputStream in) throws IOException {
    byte[] body = body(in);
    int code = new DataInputStream(new ByteArrayInputStream(body)).readInt();
    if (code != PROTOCOL && code != CANCEL) {
      throw new IOException("expected a connection that is not encrypted, found code " + code);
    }
    toServer.writeInt(body.length + 4);
    toServer.write(body);
    toServer.flush();
    return code == PROTOCOL;
  }

  private void note(char type, byte[] body) {
    switch (type) {
      case 'P' -> prepared.put(text(body, 0), text(body, 1));
      case 'B' -> portals.put(text(body, 0), prepared.getOrDefault(text(body, 1), ""));
      case 'E' -> running.add(portals.getOrDefault(text(body, 0), ""));
      case 'Q' -> running.add(text(body, 0));
      default -> {}
    }
  }

  private boolean commits() {
    boolean ends = running.stream().anyMatch(sql -> sql.strip().equalsIgnoreCase("COMMIT"));
    boolean begins =
        running.stream().anyMatch(sql -> sql.strip().regionMatches(true, 0, "BEGIN", 0, 5));
    boolean writes = running.stream().anyMatch(sql -> WRITE.matcher(sql).find());
    return ends || (status == 'I' && !begins && writes);
  }

  /** Passes on what the server sends until it has committed what is to be cut; returns that. */
  @Nullable Order fromServer(DataInputStream in) throws IOException {
    ByteArrayOutputStream held = new ByteArrayOutputStream();
    boolean refused = false;
    while (true) {
      char type = (char) in.readUnsignedByte();
      byte[] body = body(in);
      write(new DataOutputStream(held), type, body);
      refused |= type == 'E';
      Order order = awaited;
      if (type == 'Z') {
        status = (char) body[0];
        if (order != null && !refused) {
          return order;
        }
        if (order != null) {
          awaited = null;
          proxy.arm(order); // Nothing was committed: the next one, then.
        }
        refused = false;
      }
      if (order == null || type == 'Z') {
        held.writeTo(toClient);
        toClient.flush();
        held.reset();
      }
    }
  }

  private static byte[] body(DataInputStream in) throws IOException {
    byte[] body = new byte[in.readInt() - 4];
    in.readFully(body);
    return body;
  }

  private static void write(DataOutputStream out, char type, byte[] body) throws IOException {
    out.writeByte(type);
    out.writeInt(body.length + 4);
    out.write(body);
  }

  /** Returns the text of that number in a message, each of which ends with NUL. */
  private static String text(byte[] body, int number) {
    int start = 0;
    for (int i = 0; i < number; i++) {
      start = end(body, start) + 1;
    }
    return new String(body, start, end(body, start) - start, StandardCharsets.UTF_8);
  }

  private static int end(byte[] body, int start) {
    int end = start;
    while (body[end] != 0) {
      end++;
    }
    return end;
  }
}
