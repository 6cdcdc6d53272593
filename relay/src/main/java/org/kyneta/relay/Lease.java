package org.kyneta.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The right to be the only one that serves or compacts the documents of a store which is a file.
 *
 * <p>It is a lock of the operating system on a file beside the store, so it ends with the process
 * that holds it, however that ends. Inside the file stands who holds it, for people. The store's
 * own file is never opened: where it is an SQLite database, closing it would take away the locks
 * that SQLite has on it. The file stays when the lease ends; to delete it would let two have a lock
 * each. Locks on network file systems are as good as the file system's.
 */
public final class Lease implements AutoCloseable {

  private static final String SUFFIX = ".kyneta-lock";
  private static final int LONGEST_TEXT = 512;

  /**
   * The files that this process has locked. They must not even be opened again: POSIX takes a
   * process's locks on a file away when the process closes any descriptor of it.
   */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private final AtomicBoolean closed = new AtomicBoolean();
  private final FileChannel channel;
  private final Path file;

  private Lease(FileChannel channel, Path file) {
    this.channel = channel;
    this.file = file;
  }

  /**
   * Takes the lease on a store.
   *
   * @param store the store's file, which need not exist yet; its directory must
   * @param purpose what for, in a few words that others are told, such as {@code serve}
   * @throws HeldException if somebody else has it, in this process or another
   * @throws IOException if the file beside the store cannot be made or locked
   */
  public static Lease take(Path store, String purpose) throws IOException {
    Path file = beside(store);
    if (!OURS.add(file)) {
      throw new HeldException(store, "this process");
    }
    FileChannel channel = null;
    boolean taken = false;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (!tryLock(channel)) {
        throw new HeldException(store, read(channel));
      }
      write(channel, purpose);
      taken = true;
      return new Lease(channel, file);
    } finally {
      if (!taken) {
        if (channel != null) {
          channel.close();
        }
        OURS.remove(file);
      }
    }
  }

  /** Whoever names the store by another path, or through links, must find the same file. */
  private static Path beside(Path store) throws IOException {
    Path absolute = store.toAbsolutePath();
    Path real = Files.exists(absolute) ? absolute.toRealPath() : realParent(absolute);
    return real.resolveSibling(real.getFileName() + SUFFIX);
  }

  private static Path realParent(Path absolute) throws IOException {
    Path parent = absolute.getParent();
    return parent == null ? absolute : parent.toRealPath().resolve(absolute.getFileName());
  }

  /** Locks one byte far behind the text, which stays readable where locks keep readers out. */
  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock(Long.MAX_VALUE - 1, 1, /* shared= */ false);
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static void write(FileChannel channel, String purpose) throws IOException {
    String text =
        "%s, process %d, since %s%n"
            .formatted(
                purpose,
                ProcessHandle.current().pid(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS));
    channel.truncate(0);
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(LONGEST_TEXT);
    channel.read(bytes, 0);
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).strip();
  }

  /** Returns the file that is locked. */
  public Path file() {
    return file;
  }

  /** Gives the lease up. Doing so again does nothing. */
  @Override
  public void close() throws IOException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try (channel) {
      channel.truncate(0);
    } finally {
      OURS.remove(file);
    }
  }

  /** Thrown when somebody else holds the lease; the message says who. */
  public static final class HeldException extends IOException {

    private static final long serialVersionUID = 1L;

    private HeldException(Path store, String holder) {
      super(
          "%s: expected to be its only user, found another: %s"
              .formatted(store, holder.isEmpty() ? "one that has not said who it is" : holder));
    }
  }
}
