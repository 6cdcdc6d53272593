package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.sqlite.Databases.META;
import static org.kyneta.sqlite.Databases.entry;
import static org.kyneta.sqlite.Databases.stream;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.store.Payload;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreRecord;

/** What a store remembers of its documents is never believed for longer than it is true. */
class TailsTest {

  @TempDir private Path directory;
  private Path file;
  private SqliteStore store;
  private final AtomicReference<@Nullable FailingAdapter> writer = new AtomicReference<>();

  /** Opens connections that can be made to fail; the first that writes is the store's writer. */
  private final SqliteBinding failing =
      new SqliteBinding() {
        @Override
        public SqliteAdapter open(String address, String name) {
          FailingAdapter adapter = new FailingAdapter(SqliteBinding.JDBC.open(address, name));
          writer.compareAndSet(null, adapter);
          return adapter;
        }

        @Override
        public String library() {
          return SqliteBinding.JDBC.library();
        }
      };

  @BeforeEach
  void open() {
    file = directory.resolve("store.db");
    store = SqliteStore.open(file, SqliteOptions.DEFAULT.withBinding(failing));
    store.appendAll("doc", stream(2));
    store.append("doc", entry(3)); // From here on its last number is remembered.
  }

  @AfterEach
  void close() {
    store.close();
  }

  private FailingAdapter writer() {
    return Objects.requireNonNull(writer.get());
  }

  private void requireDense(int records) {
    try (RecordCursor cursor = store.loadAll("doc")) {
      List<Long> numbers = new ArrayList<>();
      while (cursor.hasNext()) {
        cursor.next();
        numbers.add(cursor.seq());
      }
      assertThat(numbers).containsExactlyElementsOf(LongStream.range(0, records).boxed().toList());
    }
  }

  @Test
  void anotherConnectionAppendsInBetween() throws SQLException {
    Databases.run(
        file,
        "INSERT INTO kyneta_records SELECT doc_id, 4, kind, payload, blob, NULL"
            + " FROM kyneta_records WHERE seq = 3");
    store.append("doc", entry(5));
    requireDense(6);
  }

  @Test
  void anotherConnectionDeletesInBetween() throws SQLException {
    Databases.run(file, "DELETE FROM kyneta_records; DELETE FROM kyneta_meta");
    assertThatExceptionOfType(RecordRejectedException.class)
        .isThrownBy(() -> store.append("doc", entry(0)));
  }

  @Test
  void anotherStoreTakesTurns() {
    try (SqliteStore other = SqliteStore.open(file)) {
      for (int n = 4; n < 20; n += 2) {
        other.append("doc", entry(n));
        store.append("doc", entry(n + 1));
      }
    }
    requireDense(20);
  }

  @Test
  void metadataAndListsAreAppendedInBetween() {
    store.append("doc", StoreRecord.meta(META));
    store.append("doc", entry(5));
    store.appendAll("doc", List.of(entry(6), entry(7)));
    store.append("doc", entry(8));
    store.appendAll("doc", new LinkedHashSet<>(List.of(entry(9), entry(10))));
    store.append("doc", entry(11));
    store.appendAll("doc", List.of(entry(12)), store.head("doc"));
    store.append("doc", entry(13));
    requireDense(14);
  }

  @Test
  void theStreamIsReplacedOrDeletedInBetween() {
    store.replace("doc", stream(6));
    store.append("doc", entry(7));
    requireDense(8);
    store.delete("doc");
    assertThatExceptionOfType(RecordRejectedException.class)
        .isThrownBy(() -> store.append("doc", entry(8)));
    store.appendAll("doc", stream(1));
    store.append("doc", entry(2));
    requireDense(3);
  }

  @Test
  void anAppendIsRolledBackInBetween() {
    writer().failBefore(ResultCode.FULL, "COMMIT"::equals);
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> store.append("doc", entry(4)));
    writer().recover();
    store.append("doc", entry(4));
    requireDense(5);
  }

  @Test
  void anAppendIsRejectedInBetween() {
    StoreRecord huge =
        StoreRecord.entry(Payload.binary(Payload.Kind.SINCE, new byte[(64 << 20) + 1]), "");
    assertThatExceptionOfType(RecordRejectedException.class)
        .isThrownBy(() -> store.appendAll("doc", List.of(entry(4), huge)));
    store.append("doc", entry(4));
    requireDense(5);
  }
}
