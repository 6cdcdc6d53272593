package org.kyneta.sqlite;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Rows kept aside in a private temporary file, to be read once in their order.
 *
 * <p>The file is created for its owner alone and, where the system allows it, has no name any more
 * once it is open. It is not a channel, since those are closed under a thread that is interrupted.
 */
final class Spill<R> implements AutoCloseable {

  private static final int BUFFER = 1 << 16;

  private final Shape<R> shape;
  private final Path path;
  private final RandomAccessFile file;
  private final DataOutputStream out;
  private @Nullable DataInputStream in;
  private long rows;

  Spill(Shape<R> shape) throws IOException {
    this.shape = shape;
    // The JDK creates temporary files with access for their owner only.
    this.path = Files.createTempFile("kyneta-cursor-", ".rows");
    try {
      this.file = new RandomAccessFile(path.toFile(), "rw");
    } catch (IOException e) {
      Files.deleteIfExists(path);
      throw e;
    }
    path.toFile().delete();
    this.out =
        new DataOutputStream(new BufferedOutputStream(new FileOutputStream(file.getFD()), BUFFER));
  }

  void add(R row) throws IOException {
    shape.write(row, out);
    rows++;
  }

  /** Returns the next row, or null if all were returned. */
  @Nullable R poll() throws IOException {
    if (in == null) {
      out.flush();
      file.seek(0);
      in = new DataInputStream(new BufferedInputStream(new FileInputStream(file.getFD()), BUFFER));
    }
    if (rows == 0) {
      return null;
    }
    rows--;
    return shape.read(in);
  }

  @Override
  public void close() throws IOException {
    file.close();
    Files.deleteIfExists(path);
  }
}
