package org.kyneta.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.kyneta.store.JsonValue;

/**
 * Standard output as UTF-8 text, buffered. What cannot be written is never passed over in silence.
 */
final class Output extends Writer {

  private final BufferedWriter writer;
  private boolean broken;

  Output(OutputStream out) {
    this.writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 1 << 15);
  }

  /** Standard output could not be written to. */
  static final class OutputException extends UncheckedIOException {

    @Serial private static final long serialVersionUID = 1;

    OutputException(IOException cause) {
      super(cause);
    }

    /** Returns whether the reader has gone, as {@code head} does when it has read enough. */
    boolean isForLackOfReader() {
      return String.valueOf(getMessage()).contains("Broken pipe");
    }
  }

  @Override
  public void write(char[] chars, int from, int length) {
    try {
      writer.write(chars, from, length);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void write(String text) {
    try {
      writer.write(text);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void write(int c) {
    try {
      writer.write(c);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Writes a line for people. */
  void line(String text) {
    write(text);
    write('\n');
  }

  /** Writes a line for programs. */
  void line(JsonValue json) {
    write(json.toString());
    write('\n');
  }

  /** Returns a printer for usage texts. */
  PrintWriter printer() {
    return new PrintWriter(this);
  }

  private OutputException failed(IOException e) {
    broken = true;
    return new OutputException(e);
  }

  /** Writes out what is buffered; after a failure there is nothing left to try. */
  @Override
  public void flush() {
    if (broken) {
      return;
    }
    try {
      writer.flush();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Flushes: the stream is the process's own. */
  @Override
  public void close() {
    flush();
  }
}
