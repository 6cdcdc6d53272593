package org.kyneta.sqlite;

import org.kyneta.sqlite.SqliteAdapter.Binding;

/**
 * How SQLite works on a file: sizes that change how fast it is, and nothing else. Immutable. They
 * hold for every connection that a store opens to its file, through whatever binding.
 *
 * @param pageSize bytes of a page in a new file: a power of two from 512 to 65,536; a file keeps it
 * @param cacheBytes bytes of pages that each connection keeps in memory: 65,536 to 2<sup>40</sup>
 * @param checkpointPages pages in the log from which on a commit brings them into the file: 1 to
 *     2<sup>31</sup> - 1
 * @param mappedBytes bytes of the file that are read through a memory map: 0 for none, to
 *     2<sup>40</sup>; the library may map fewer, and where the system cannot read a mapped page it
 *     ends the process
 */
public record Tuning(int pageSize, long cacheBytes, int checkpointPages, long mappedBytes) {

  /**
   * What was measured to be right for most: pages of 4 KiB, a cache of 2 MiB, 4,000 pages (16 MiB),
   * no map.
   *
   * <p>Bringing the log into the file synchronises both. At SQLite's own 1,000 pages that was a
   * quarter to two fifths of the time of appending with {@link Durability#NORMAL}. Larger pages
   * made appending and loading 4 kB slower, larger caches changed nothing. A map of 256 MiB loaded
   * records of 4 kB twice as fast, and is left out for what it does to the process when a disk
   * fails.
   */
  public static final Tuning DEFAULT = new Tuning(4_096, 2 << 20, 4_000, 0);

  private static final long LARGEST = 1L << 40;

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public Tuning {
    require(
        pageSize >= 512 && pageSize <= 65_536 && Integer.bitCount(pageSize) == 1,
        "a page size that is a power of two from 512 to 65536",
        pageSize);
    require(
        cacheBytes >= 65_536 && cacheBytes <= LARGEST,
        "a cache from 65536 to 1099511627776 bytes",
        cacheBytes);
    require(checkpointPages >= 1, "a checkpoint from 1 page on", checkpointPages);
    require(
        mappedBytes >= 0 && mappedBytes <= LARGEST,
        "a memory map from 0 to 1099511627776 bytes",
        mappedBytes);
  }

  private static void require(boolean holds, String expected, long found) {
    if (!holds) {
      throw new IllegalArgumentException("expected " + expected + ", found " + found);
    }
  }

  /** Returns these sizes with another one of pages, in bytes. */
  public Tuning withPageSize(int bytes) {
    return new Tuning(bytes, cacheBytes, checkpointPages, mappedBytes);
  }

  /** Returns these sizes with another one of each connection's cache, in bytes. */
  public Tuning withCache(long bytes) {
    return new Tuning(pageSize, bytes, checkpointPages, mappedBytes);
  }

  /** Returns these sizes with another one of the log at which it is brought into the file. */
  public Tuning withCheckpoint(int pages) {
    return new Tuning(pageSize, cacheBytes, pages, mappedBytes);
  }

  /** Returns these sizes with another one of the memory map, in bytes. */
  public Tuning withMap(long bytes) {
    return new Tuning(pageSize, cacheBytes, checkpointPages, bytes);
  }

  /** Sets what holds for any connection. */
  void applyTo(SqliteAdapter adapter) {
    adapter.exec("PRAGMA cache_size = -" + cacheBytes / 1_024, Binding.NONE);
    DatabaseFile.query(adapter, "PRAGMA mmap_size = " + mappedBytes);
  }

  /** Sets what holds for one that writes, before the file is put into WAL mode. */
  void applyToWriter(SqliteAdapter adapter) {
    if (DatabaseFile.query(adapter, "PRAGMA page_count").equals("0")) {
      adapter.exec("PRAGMA page_size = " + pageSize, Binding.NONE);
    }
    DatabaseFile.query(adapter, "PRAGMA wal_autocheckpoint = " + checkpointPages);
  }
}
