package org.kyneta.faults.disk;

import java.util.SplittableRandom;
import org.kyneta.faults.sqlite.Library;
import org.kyneta.sqlite.Durability;
import org.kyneta.sqlite.SqliteAdapter;
import org.kyneta.sqlite.SqliteBinding;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.Tuning;

/**
 * How a session's store is opened.
 *
 * @param library by which it reaches SQLite
 */
record Setting(Library library, Sync sync) {

  static final int LARGEST_PAGE = 4_096;

  /** When a store waits for the disk. */
  enum Sync {
    FULL,
    NORMAL,
    /** Never: no durability that the store offers, but one that must not pass. */
    OFF
  }

  /** Returns the options, with sizes that make much happen in little time. */
  SqliteOptions options(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Tuning tuning =
        Tuning.DEFAULT
            .withPageSize(LARGEST_PAGE >> random.nextInt(4))
            .withCache(65_536)
            .withCheckpoint(8 + random.nextInt(60));
    SqliteBinding binding = library.binding();
    return SqliteOptions.DEFAULT
        .withTuning(tuning)
        .withDurability(sync == Sync.NORMAL ? Durability.NORMAL : Durability.FULL)
        .withBinding(sync == Sync.OFF ? new Unsynchronised(binding) : binding);
  }

  /** Opens connections that are told to wait for the disk, and do not. */
  private record Unsynchronised(SqliteBinding binding) implements SqliteBinding {

    @Override
    public SqliteAdapter open(String address, String name) {
      return new UnsynchronisedAdapter(binding.open(address, name));
    }

    @Override
    public String library() {
      return binding.library();
    }

    @Override
    public boolean sharesFiles() {
      return binding.sharesFiles();
    }
  }

  private static final class UnsynchronisedAdapter extends SqliteAdapter {

    private final SqliteAdapter adapter;

    UnsynchronisedAdapter(SqliteAdapter adapter) {
      this.adapter = adapter;
    }

    @Override
    public long exec(String sql, Binding binding) {
      boolean isSetting = sql.startsWith("PRAGMA synchronous");
      return adapter.exec(isSetting ? "PRAGMA synchronous = OFF" : sql, binding);
    }

    @Override
    public Rows iterate(String sql, Binding binding) {
      return adapter.iterate(sql, binding);
    }

    @Override
    public String name() {
      return adapter.name();
    }

    @Override
    public String library() {
      return adapter.library();
    }

    @Override
    public void close() {
      adapter.close();
    }
  }
}
