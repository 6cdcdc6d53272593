package org.kyneta.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.IncompatibleFormatException.Reason;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.StorageException;

/**
 * The pages of an SQLite file that may be damaged, with those of its log, read without SQLite
 * (sqlite.org/fileformat2.html). Nothing is written.
 *
 * <p>Java opens the file, which nobody may have open: the locks that every connection of SQLite's
 * holds while it is open are asked for and kept, so that none is opened meanwhile either.
 */
final class DamagedFile implements AutoCloseable {

  private static final String LIBRARY = "plain reading of its pages";
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
  private static final long LOCKS = 0x40000000L;
  private static final int LOCKS_LENGTH = 512;
  private static final int SAMPLE = 400;
  private static final long PAGES_CLAIMED = 1 << 20;

  private final Path path;
  private final FileChannel file;
  private final @Nullable FileChannel logFile;
  private final LogFrames log;
  private final Runnable registration;
  private final List<String> notes = new ArrayList<>();
  private final int pageSize;
  private final int usable;
  private final long filePages;
  private final int pages;
  private final boolean headerReadable;

  private DamagedFile(
      Path path, FileChannel file, @Nullable FileChannel logFile, Runnable registration)
      throws IOException {
    this.path = path;
    this.file = file;
    this.logFile = logFile;
    this.registration = registration;
    this.log =
        logFile == null
            ? LogFrames.NONE
            : LogFrames.read((offset, into) -> read(logFile, offset, into), logFile.size());
    byte[] header = header();
    this.headerReadable = startsWithMagic(header);
    this.pageSize = pageSize(header);
    int reserved = headerReadable ? header[20] & 0xff : 0;
    this.usable = pageSize - (reserved <= 64 ? reserved : 0);
    long size = file.size() / pageSize;
    this.filePages = size;
    this.pages =
        (int)
            Math.min(
                mostPages(size),
                log.isEmpty() ? size : Integer.toUnsignedLong(log.databasePages()));
    addNotes(size);
  }

  /**
   * Opens a file.
   *
   * @throws StorageBusyException if somebody has it open
   * @throws IncompatibleFormatException if nothing in it looks like a page of SQLite's
   * @throws StorageException if it cannot be read
   */
  static DamagedFile open(Path given) {
    Path path = given.toAbsolutePath();
    DatabaseFile.requireFileOrNothing(path);
    if (!Files.exists(path)) {
      throw new StorageException(path + ": expected a database file, found none", null);
    }
    Runnable registration = OpenFiles.register(path, LIBRARY);
    List<FileChannel> open = new ArrayList<>();
    boolean done = false;
    try {
      boolean writable = Files.isWritable(path);
      FileChannel file =
          writable
              ? FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)
              : FileChannel.open(path, StandardOpenOption.READ);
      open.add(file);
      lock(path, file, writable);
      FileChannel logFile = null;
      Path log = DatabaseFile.log(path);
      if (Files.exists(log)) {
        logFile = FileChannel.open(log, StandardOpenOption.READ);
        open.add(logFile);
      }
      DamagedFile opened = new DamagedFile(path, file, logFile, registration);
      done = true;
      return opened;
    } catch (IOException e) {
      throw new StorageException(path + ": expected to read the file, found: " + e.getMessage(), e);
    } finally {
      if (!done) {
        close(open, registration);
      }
    }
  }

  private static void lock(Path path, FileChannel file, boolean writable) throws IOException {
    FileLock lock;
    try {
      lock = file.tryLock(LOCKS, LOCKS_LENGTH, /* shared= */ !writable);
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new StorageBusyException(
          path + ": expected that nobody has the database open, found that somebody has", null);
    }
  }

  /** A log may claim any number of pages; what is done for each must have an end. */
  private static long mostPages(long size) {
    return Math.min(Integer.MAX_VALUE - 1, PAGES_CLAIMED + 64 * size);
  }

  private byte[] header() throws IOException {
    byte[] header = new byte[100];
    Long logged = log.offset(1);
    FileChannel from = (logged == null || logFile == null) ? file : logFile;
    read(from, logged == null ? 0 : logged, header);
    return header;
  }

  private static boolean startsWithMagic(byte[] header) {
    for (int i = 0; i < MAGIC.length; i++) {
      if (header[i] != MAGIC[i]) {
        return false;
      }
    }
    return true;
  }

  private int pageSize(byte[] header) throws IOException {
    if (log.pageSize() > 0) {
      return log.pageSize();
    }
    int field = (header[16] & 0xff) << 8 | (header[17] & 0xff);
    int size = field == 1 ? 65_536 : field;
    if (size >= 512 && Integer.bitCount(size) == 1 && (headerReadable || soundPages(size) > 0)) {
      return size;
    }
    int best = 0;
    int bestPages = 0;
    for (int candidate = 512; candidate <= 65_536; candidate *= 2) {
      int sound = soundPages(candidate);
      if (sound > bestPages) {
        best = candidate;
        bestPages = sound;
      }
    }
    if (best == 0) {
      throw new IncompatibleFormatException(
          Reason.NOT_A_STORE,
          path.toString(),
          "pages of an SQLite database",
          "none, or such as are encrypted");
    }
    return best;
  }

  /** Returns how many of the first pages have a cell that ends where the page does. */
  private int soundPages(int size) throws IOException {
    byte[] page = new byte[size];
    int sound = 0;
    for (int i = 1; i < SAMPLE && read(file, (long) i * size, page); i++) {
      TreePage tree = TreePage.parse(page, i + 1, size);
      if (tree != null && tree.reachesItsEnd()) {
        sound++;
      }
    }
    return sound;
  }

  private void addNotes(long size) throws IOException {
    if (!headerReadable) {
      notes.add("the header is damaged; the size of a page was found to be " + pageSize);
    }
    if (log.framesBehindDamage() > 0) {
      notes.add(
          "the log is damaged: %d pages that were written behind the damage are not used"
              .formatted(log.framesBehindDamage()));
    }
    if (file.size() % pageSize != 0) {
      notes.add("the file ends in the middle of page " + (size + 1));
    }
    Path journal = path.resolveSibling(path.getFileName() + "-journal");
    if (Files.exists(journal) && Files.size(journal) > 0) {
      notes.add(
          "beside the file is a journal, perhaps of a write that was not finished, which is not"
              + " used: where SQLite can still open the file, let it do so first");
    }
  }

  /** Reads bytes, and returns whether there were as many. */
  private static boolean read(FileChannel channel, long offset, byte[] into) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(into);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Returns a page, counted from 1; null if there is none. */
  byte @Nullable [] page(long number) {
    if (number < 1 || number > pages) {
      return null;
    }
    Long logged = log.offset((int) number);
    if (logged == null && number > filePages) {
      return null;
    }
    byte[] page = new byte[pageSize];
    try {
      boolean whole =
          (logged == null || logFile == null)
              ? read(file, (number - 1) * pageSize, page)
              : read(logFile, logged, page);
      return whole ? page : null;
    } catch (IOException e) {
      return null; // A sector that the disk cannot read is a page that is lost.
    }
  }

  /** Returns a page as one of a tree; null if it is none. */
  @Nullable TreePage tree(long number) {
    byte[] page = page(number);
    return page == null ? null : TreePage.parse(page, number, usable);
  }

  int pages() {
    return pages;
  }

  /** Returns how many bytes of a page hold something. */
  int usable() {
    return usable;
  }

  boolean headerReadable() {
    return headerReadable;
  }

  /** Returns what is wrong with the file as a whole. */
  List<String> notes() {
    return notes;
  }

  /** Returns the file's path. */
  @Override
  public String toString() {
    return path.toString();
  }

  @Override
  public void close() {
    close(logFile == null ? List.of(file) : List.of(file, logFile), registration);
  }

  private static void close(List<FileChannel> open, Runnable registration) {
    try {
      for (FileChannel channel : open) {
        channel.close();
      }
    } catch (IOException e) {
      throw new StorageException("expected to close a file, found: " + e.getMessage(), e);
    } finally {
      registration.run();
    }
  }
}
