package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.sqlite.Databases.entry;
import static org.kyneta.sqlite.Databases.load;
import static org.kyneta.sqlite.Databases.stream;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreRecord;

/**
 * Memory that runs out while rows are read: what comes behind those must not look like the rest.
 */
class BrokenCursorTest {

  /** More than a cursor reads ahead. */
  private static final int LONG = 2_000;

  @TempDir private Path directory;
  private final AtomicInteger rowsLeft = new AtomicInteger(Integer.MAX_VALUE);

  /** Has enough memory for some rows, and then none for one. */
  private final class ShortOfMemory extends SqliteAdapter {

    private final SqliteAdapter real;

    ShortOfMemory(SqliteAdapter real) {
      this.real = real;
    }

    @Override
    public String library() {
      return real.library();
    }

    @Override
    public long exec(String sql, Binding binding) {
      return real.exec(sql, binding);
    }

    @Override
    public Rows iterate(String sql, Binding binding) {
      return new ShortRows(real.iterate(sql, binding));
    }

    @Override
    public void close() {
      real.close();
    }
  }

  private final class ShortRows implements SqliteAdapter.Rows {

    private final SqliteAdapter.Rows real;

    ShortRows(SqliteAdapter.Rows real) {
      this.real = real;
    }

    @Override
    public boolean next() {
      return real.next();
    }

    @Override
    public boolean isNull(int column) {
      return real.isNull(column);
    }

    @Override
    public long integer(int column) {
      return real.integer(column);
    }

    @Override
    public String text(int column) {
      return String.valueOf(real.text(column));
    }

    @Override
    public byte @Nullable [] bytes(int column) {
      if (column == 4 && rowsLeft.decrementAndGet() == 0) {
        throw new InternalError("injected");
      }
      return real.bytes(column);
    }

    @Override
    public void close() {
      real.close();
    }
  }

  private final class ShortBinding implements SqliteBinding {

    @Override
    public SqliteAdapter open(String address, String name) {
      return new ShortOfMemory(SqliteBinding.JDBC.open(address, name));
    }

    @Override
    public String library() {
      return SqliteBinding.JDBC.library();
    }
  }

  private static void assertBroken(RecordCursor cursor) {
    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> cursor.forEachRemaining(record -> {}));
    }
  }

  @Test
  void rowsThatWereTakenAndNotHandedOutAreNotPassedOver() {
    try (SqliteStore store =
        SqliteStore.inMemory(SqliteOptions.DEFAULT.withBinding(new ShortBinding()))) {
      store.appendAll("doc", stream(LONG));
      try (RecordCursor cursor = store.loadAll("doc")) {
        rowsLeft.set(100);
        assertThatExceptionOfType(InternalError.class)
            .isThrownBy(() -> cursor.forEachRemaining(record -> {}));
        assertBroken(cursor);
      }
      assertThat(load(store, "doc")).isEqualTo(stream(LONG));
    }
  }

  @Test
  void aRestThatCouldNotBeTakenAsideIsNotAnEnd() {
    try (SqliteStore store =
        SqliteStore.inMemory(SqliteOptions.DEFAULT.withBinding(new ShortBinding()))) {
      store.appendAll("doc", stream(LONG));
      try (RecordCursor cursor = store.loadAll("doc")) {
        rowsLeft.set(100);
        assertThatExceptionOfType(InternalError.class)
            .isThrownBy(() -> store.append("doc", entry(LONG + 1)));
        assertBroken(cursor);
      }
      assertThat(load(store, "doc")).isEqualTo(stream(LONG));
    }
  }

  @Test
  void anAppendThatIsStoredHasNotFailedForACursor() {
    SqliteOptions options =
        SqliteOptions.DEFAULT
            .withBinding(new ShortBinding())
            .withDurability(Durability.NORMAL)
            .withLargestLog(0);
    try (SqliteStore store = SqliteStore.open(directory.resolve("store.db"), options)) {
      store.appendAll("doc", stream(LONG));
      try (RecordCursor cursor = store.loadAll("doc")) {
        StoreRecord first = cursor.next();
        assertThat(first).isEqualTo(stream(0).getFirst());
        rowsLeft.set(100);
        for (int i = 0; i < 600; i++) {
          store.append("doc", entry(i));
        }
        assertThat(rowsLeft).hasNonPositiveValue();
        assertBroken(cursor);
      }
      assertThat(load(store, "doc")).hasSize(LONG + 601);
    }
  }
}
