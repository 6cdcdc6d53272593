package org.kyneta.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The right to be the only one that serves, compacts, fills or converts a store which is a file. It
 * keeps out those who ask for it, and nobody else.
 *
 * <p>It is a lock of the operating system on a file beside the store, so it ends with the process
 * that holds it, however that ends. Inside the file stands who holds it, for people. The store's
 * own file is never opened: where it is an SQLite database, closing it would take away the locks
 * that SQLite has on it. The file stays when the lease ends; to delete it would let two have a lock
 * each. Locks on network file systems are as good as the file system's. Safe for use by several
 * threads.
 */
public final class Lease implements AutoCloseable {

  private static final String SUFFIX = ".kyneta-lock";
  private static final int LONGEST_TEXT = 512;
  private static final Set<PosixFilePermission> OWNER_ALONE =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  private static final Set<PosixFilePermission> EXECUTING =
      EnumSet.of(
          PosixFilePermission.OWNER_EXECUTE,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_EXECUTE);

  /**
   * The files that this process has locked. They must not even be opened again: POSIX takes a
   * process's locks on a file away when the process closes any descriptor of it.
   */
  private static final Map<Path, Hold> OURS = new HashMap<>();

  private static final ReentrantLock LOCK = new ReentrantLock();

  private final AtomicBoolean closed = new AtomicBoolean();
  private final Hold hold;
  private final Path file;

  private Lease(Hold hold, Path file) {
    this.hold = hold;
    this.file = file;
  }

  /** A lock of this process, and how many leases it stands for. */
  private static final class Hold {
    final FileChannel channel;
    final boolean shared;
    int leases = 1;

    Hold(FileChannel channel, boolean shared) {
      this.channel = channel;
      this.shared = shared;
    }
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
    return take(store, purpose, /* shared= */ false);
  }

  /**
   * Takes a share of the lease on a store, beside others who have one: for those who may write at
   * the same time, but not while somebody has the whole. Of several the last to come is named to
   * who is refused.
   *
   * @param store the store's file, which need not exist yet; its directory must
   * @param purpose what for, in a few words that others are told, such as {@code record}
   * @throws HeldException if somebody has the whole, in this process or another
   * @throws IOException if the file beside the store cannot be made or locked
   */
  public static Lease share(Path store, String purpose) throws IOException {
    return take(store, purpose, /* shared= */ true);
  }

  private static Lease take(Path store, String purpose, boolean shared) throws IOException {
    Path file = beside(store);
    LOCK.lock();
    try {
      Hold ours = OURS.get(file);
      if (ours == null) {
        ours = new Hold(lock(store, file, purpose, shared), shared);
        OURS.put(file, ours);
      } else if (shared && ours.shared) {
        ours.leases++;
      } else {
        throw new HeldException(store, "this process");
      }
      return new Lease(ours, file);
    } finally {
      LOCK.unlock();
    }
  }

  private static FileChannel lock(Path store, Path file, String purpose, boolean shared)
      throws IOException {
    createIfMissing(store, file);
    // What a link leads to would be overwritten.
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    boolean taken = false;
    try {
      if (!tryLock(channel, shared)) {
        throw new HeldException(store, read(channel));
      }
      write(channel, purpose);
      taken = true;
      return channel;
    } finally {
      if (!taken) {
        channel.close();
      }
    }
  }

  /** Whoever may write the store may take a lease on it, and nobody else. */
  private static void createIfMissing(Path store, Path file) throws IOException {
    boolean isPosix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] attributes =
        isPosix
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ALONE)}
            : new FileAttribute<?>[0];
    try {
      Files.createFile(file, attributes);
    } catch (FileAlreadyExistsException e) {
      return; // It stays when a lease ends.
    }
    if (isPosix && Files.exists(store)) {
      Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(store));
      permissions.addAll(OWNER_ALONE);
      permissions.removeAll(EXECUTING);
      Files.setPosixFilePermissions(file, permissions);
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
  private static boolean tryLock(FileChannel channel, boolean shared) throws IOException {
    try {
      FileLock lock = channel.tryLock(Long.MAX_VALUE - 1, 1, shared);
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

  /**
   * Gives the lease up. Doing so again does nothing.
   *
   * @throws IOException if the file cannot be closed; the lease has ended all the same
   */
  @Override
  public void close() throws IOException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    LOCK.lock();
    try {
      if (--hold.leases > 0) {
        return;
      }
      OURS.remove(file);
      try (FileChannel channel = hold.channel) {
        if (!hold.shared) {
          channel.truncate(0);
        }
      }
    } finally {
      LOCK.unlock();
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
