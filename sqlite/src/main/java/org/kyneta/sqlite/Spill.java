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
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.CipherInputStream;
import javax.crypto.CipherOutputStream;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Rows kept aside in a private temporary file, to be read once in their order.
 *
 * <p>The file is created for its owner alone and, where the system allows it, has no name any more
 * once it is open. It is not a channel, since those are closed under a thread that is interrupted.
 *
 * <p>What is in it is encrypted with a key that is never written down: the rows may come from an
 * encrypted database, and what a disk has held can be found on it long after.
 */
final class Spill<R> implements AutoCloseable {

  private static final int BUFFER = 1 << 16;
  private static final int KEY_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Shape<R> shape;
  private final Path path;
  private final RandomAccessFile file;
  private final SecretKeySpec key;
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
    byte[] secret = new byte[KEY_BYTES];
    RANDOM.nextBytes(secret);
    this.key = new SecretKeySpec(secret, "AES");
    this.out =
        new DataOutputStream(
            new BufferedOutputStream(
                new CipherOutputStream(
                    new FileOutputStream(file.getFD()), cipher(Cipher.ENCRYPT_MODE, key)),
                BUFFER));
  }

  /** As many bytes come out as go in, at once, and a key is used for one stream only. */
  private static Cipher cipher(int mode, SecretKeySpec key) throws IOException {
    try {
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(mode, key, new IvParameterSpec(new byte[KEY_BYTES]));
      return cipher;
    } catch (GeneralSecurityException e) {
      throw new IOException("this Java cannot encrypt with AES", e);
    }
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
      in =
          new DataInputStream(
              new BufferedInputStream(
                  new CipherInputStream(
                      new FileInputStream(file.getFD()), cipher(Cipher.DECRYPT_MODE, key)),
                  BUFFER));
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
