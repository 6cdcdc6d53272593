package org.kyneta.cli;

import java.io.IOException;
import java.io.InputStream;

/** The lines of a stream of bytes, each a stream of its own, whatever its length. */
final class Lines {

  private static final int BUFFER = 1 << 16;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER];
  private int at;
  private int limit;
  private long number;
  private boolean inLine;

  Lines(InputStream in) {
    this.in = in;
  }

  /** Goes to the next line, over what is left of the current one; returns false at the end. */
  boolean next() throws IOException {
    while (inLine) {
      skipInBuffer();
    }
    if (!fill()) {
      return false;
    }
    number++;
    inLine = true;
    return true;
  }

  private void skipInBuffer() throws IOException {
    if (!fill()) {
      inLine = false;
      return;
    }
    int end = endInBuffer();
    inLine = end == limit;
    at = inLine ? end : end + 1;
  }

  /** Returns the number of the current line, from 1. */
  long number() {
    return number;
  }

  /** Returns the current line without its end. */
  InputStream line() {
    return new Line();
  }

  private boolean fill() throws IOException {
    if (at == limit) {
      at = 0;
      limit = Math.max(0, in.read(buffer));
    }
    return at < limit;
  }

  private int endInBuffer() {
    int end = at;
    while (end < limit && buffer[end] != '\n') {
      end++;
    }
    return end;
  }

  private final class Line extends InputStream {

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (!inLine || !fill()) {
        inLine = false;
        return -1;
      }
      int end = endInBuffer();
      if (end == at) {
        at++;
        inLine = false;
        return -1;
      }
      int count = Math.min(length, end - at);
      System.arraycopy(buffer, at, bytes, from, count);
      at += count;
      return count;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }
  }
}
