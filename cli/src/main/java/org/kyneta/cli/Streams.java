package org.kyneta.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Where a run reads and writes.
 *
 * @param in standard input
 * @param out standard output, unbuffered
 * @param err standard error, unbuffered
 * @param outIsTerminal whether standard output is a terminal
 * @param errIsTerminal whether standard error is one
 */
record Streams(
    InputStream in,
    OutputStream out,
    OutputStream err,
    boolean outIsTerminal,
    boolean errIsTerminal) {

  /**
   * Returns the process's own. Java cannot tell which of them are terminals, so the launcher does:
   * the property {@code kyneta.terminals} lists the descriptors of those that are.
   */
  static Streams ofProcess() {
    String terminals = System.getProperty("kyneta.terminals", "");
    return new Streams(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        terminals.contains("1"),
        terminals.contains("2"));
  }
}
