package org.kyneta.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kyneta.postgres.PostgresOptions.SchemaMode;
import org.kyneta.sql.Progress;
import org.kyneta.store.Position;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StreamView;
import org.kyneta.testservers.Collation;

/** Reading and writing by positions, among others who write. */
@Timeout(120)
class SharedStoreTest {

  private HikariDataSource pool;
  private PostgresStore store;
  private PostgresStore other;

  @BeforeEach
  void open() throws SQLException {
    pool = Databases.pool(Databases.create(Collation.C), 20);
    store = PostgresStore.open(pool, PostgresOptions.DEFAULT.withSchema(SchemaMode.CREATE));
    other = PostgresStore.open(pool);
  }

  @AfterEach
  void close() {
    try {
      assertThat(store.verify(finding -> {}, Progress.NONE).isSound()).isTrue();
    } finally {
      other.close();
      store.close();
      pool.close();
    }
  }

  private static StoreRecord entry(String version) {
    return Samples.entry(version);
  }

  /** Makes a document of metadata and two entries. */
  private Position make(String docId) {
    return store
        .appendAt(docId, List.of(Samples.META, entry("1"), entry("2")), Position.ABSENT)
        .orElseThrow();
  }

  private static List<StoreRecord> records(StreamView view) {
    try (view) {
      return view.records().stream().toList();
    }
  }

  @Test
  void aStreamIsReadWholeOrFromAPositionOn() {
    assertThat(store.read("doc", Position.ABSENT).end()).isEqualTo(Position.ABSENT);
    Position first = make("doc");
    assertThat(first.lastSeq()).isEqualTo(2);
    StreamView whole = store.read("doc", Position.ABSENT);
    assertThat(whole.end()).isEqualTo(first);
    assertThat(whole.isWhole()).isTrue();
    assertThat(whole.meta()).isNotNull();
    assertThat(records(whole)).containsExactly(Samples.META, entry("1"), entry("2"));
    StreamView nothing = store.read("doc", first);
    assertThat(nothing.isWhole()).isFalse();
    assertThat(nothing.end()).isEqualTo(first);
    assertThat(records(nothing)).isEmpty();
    other.append("doc", entry("3"));
    StreamView tail = store.read("doc", first);
    assertThat(tail.isWhole()).isFalse();
    assertThat(tail.end()).isEqualTo(new Position(first.stream(), 3));
    assertThat(records(tail)).containsExactly(entry("3"));
  }

  @Test
  void aStreamThatWasReplacedIsReadWhole() {
    Position first = make("doc");
    other.replace("doc", List.of(Samples.META, entry("9")));
    StreamView replaced = store.read("doc", first);
    assertThat(replaced.isWhole()).isTrue();
    assertThat(replaced.end().reaches(first)).isFalse();
    assertThat(records(replaced)).containsExactly(Samples.META, entry("9"));
    other.delete("doc");
    StreamView deleted = store.read("doc", first);
    assertThat(deleted.end()).isEqualTo(Position.ABSENT);
    assertThat(records(deleted)).isEmpty();
    assertThat(records(store.read("doc", new Position("0'; DROP TABLE kyneta_meta", 1)))).isEmpty();
  }

  @Test
  void aStreamThatHasLostItsEndIsReadWhole() {
    Position first = make("doc");
    StreamView view = store.read("doc", new Position(first.stream(), 7));
    assertThat(view.isWhole()).isTrue();
    assertThat(view.end()).isEqualTo(first);
    assertThat(records(view)).hasSize(3);
  }

  @Test
  void aLongStreamIsReadInOrder() {
    List<StoreRecord> records = new ArrayList<>(List.of(Samples.META));
    for (int i = 0; i < 5_000; i++) {
      records.add(entry("v" + i));
    }
    Position end = store.appendAt("doc", records, Position.ABSENT).orElseThrow();
    assertThat(records(store.read("doc", Position.ABSENT))).isEqualTo(records);
    Position middle = new Position(end.stream(), 3_000);
    assertThat(records(store.read("doc", middle))).isEqualTo(records.subList(3_001, 5_001));
    store.read("doc", Position.ABSENT).close();
  }

  @Test
  void nothingIsAppendedWhereTheStreamHasMovedOn() {
    Position first = make("doc");
    Optional<Position> second = store.appendAt("doc", List.of(entry("3")), first);
    assertThat(second).contains(new Position(first.stream(), 3));
    assertThat(other.appendAt("doc", List.of(entry("4")), first)).isEmpty();
    assertThat(other.appendAt("doc", List.of(Samples.META), first)).isEmpty();
    assertThat(other.appendAt("doc", List.of(Samples.META), Position.ABSENT)).isEmpty();
    assertThat(other.replaceAt("doc", List.of(Samples.META), first)).isEmpty();
    assertThat(records(store.read("doc", Position.ABSENT))).hasSize(4);
    Position replaced =
        other
            .replaceAt("doc", List.of(Samples.META, entry("9")), second.orElseThrow())
            .orElseThrow();
    assertThat(store.appendAt("doc", List.of(entry("5")), second.orElseThrow())).isEmpty();
    assertThat(store.appendAt("doc", List.of(entry("10")), replaced)).isPresent();
    assertThatThrownBy(() -> store.appendAt("new", List.of(entry("1")), Position.ABSENT))
        .isInstanceOf(RecordRejectedException.class);
  }

  @Test
  void ofManyAppendsTogetherThoseThatDoNotFitFailNoOther() throws Exception {
    List<Position> positions = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      positions.add(make("doc" + i));
    }
    for (int i = 0; i < 100; i += 3) {
      other.append("doc" + i, entry("before"));
    }
    List<Callable<Boolean>> appends = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String docId = "doc" + i;
      Position position = positions.get(i);
      appends.add(
          () -> store.appendAt(docId, List.of(entry("a"), entry("b")), position).isPresent());
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> done = threads.invokeAll(appends);
      for (int i = 0; i < 100; i++) {
        assertThat(done.get(i).get()).as("doc" + i).isEqualTo(i % 3 != 0);
        assertThat(records(store.read("doc" + i, Position.ABSENT))).hasSize(i % 3 == 0 ? 4 : 5);
      }
    }
  }

  @Test
  void ofTwoStoresThatAppendAtOnceEachLosesNothingThatItWasToldWasWritten() throws Exception {
    List<String> docIds = List.of("a", "b", "c");
    docIds.forEach(this::make);
    List<Callable<Integer>> writers = new ArrayList<>();
    for (PostgresStore each : List.of(store, other)) {
      for (String docId : docIds) {
        writers.add(() -> write(each, docId, 200));
      }
    }
    int written = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Integer> future : threads.invokeAll(writers)) {
        written += future.get();
      }
    }
    long found = 0;
    for (String docId : docIds) {
      found += records(store.read(docId, Position.ABSENT)).size() - 3;
    }
    assertThat(found).isEqualTo(written).isEqualTo(6 * 200 * 2);
  }

  /** Writes pairs until so many are written, each on top of all that is there. */
  private static int write(PostgresStore store, String docId, int pairs) {
    Position position = Position.ABSENT;
    int written = 0;
    while (written < pairs) {
      try (StreamView view = store.read(docId, position)) {
        position = view.end();
      }
      List<StoreRecord> pair = List.of(entry("x" + written), entry("y" + written));
      Optional<Position> reached = store.appendAt(docId, pair, position);
      if (reached.isPresent()) {
        position = reached.get();
        written++;
      }
    }
    return 2 * written;
  }

  @Test
  void whereverRecordsAreAppendedTheirPositionIsTold() {
    Position at = make("doc");
    for (int i = 0; i < 10; i++) {
      PostgresStore writer = i % 3 == 0 ? other : store;
      List<StoreRecord> records =
          i % 2 == 0 ? List.of(entry("a")) : List.of(entry("b"), entry("c"));
      at = new Position(at.stream(), at.lastSeq() + records.size());
      assertThat(writer.appendAnywhere("doc", records)).isEqualTo(at);
    }
    try (PostgresStore fresh = PostgresStore.open(pool)) {
      at = new Position(at.stream(), at.lastSeq() + 1);
      assertThat(fresh.appendAnywhere("doc", List.of(entry("d")))).isEqualTo(at);
    }
    assertThat(store.appendAnywhere("new", List.of(Samples.META, entry("1"))).lastSeq())
        .isEqualTo(1);
  }

  @Test
  void positionsOfManyDocumentsAreToldAtOnce() {
    Position a = make("a");
    Position b = make("b");
    other.append("b", entry("3"));
    assertThat(store.positions(List.of("a", "b", "none")))
        .isEqualTo(Map.of("a", a, "b", new Position(b.stream(), 3)));
    assertThat(store.positions(List.of())).isEmpty();
  }
}
