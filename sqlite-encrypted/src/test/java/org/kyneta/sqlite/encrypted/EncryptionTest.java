package org.kyneta.sqlite.encrypted;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kyneta.sql.Progress;
import org.kyneta.sqlite.SqliteAdapter;
import org.kyneta.sqlite.SqliteBinding;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.Payload;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.Store;
import org.kyneta.store.StoreException;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;

/** What an encrypted file shows to those who have its key, and to those who do not. */
class EncryptionTest {

  private static final String ID = "id-of-a-document";
  private static final String TEXT = "text-of-a-payload";

  /**
   * What nobody may read: an id, a payload, names in rows, names of tables, SQLite's first words.
   */
  private static final List<String> PLAIN =
      List.of(ID, TEXT, "replicaType", "encoding", "kyneta_records", "SQLite format");

  private static final SqliteOptions KEY = with(new EncryptedBinding("correct horse"));

  private static final List<SqliteBinding> WRONG =
      List.of(new EncryptedBinding("wrong horse"), SqliteBinding.JDBC);

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void nameFile() throws IOException {
    file = Files.createDirectory(directory.resolve("place")).resolve("store.db");
  }

  private static SqliteOptions with(SqliteBinding binding) {
    return SqliteOptions.DEFAULT.withBinding(binding);
  }

  private static List<StoreRecord> stream(int entries) {
    List<StoreRecord> records = new ArrayList<>();
    ReplicaType type = new ReplicaType("yjs", 1, 0);
    records.add(StoreRecord.meta(StoreMeta.of(type, SyncMode.COLLABORATIVE, "")));
    for (int i = 0; i < entries; i++) {
      records.add(StoreRecord.entry(Payload.json(Payload.Kind.SINCE, TEXT.repeat(60)), "" + i));
    }
    return records;
  }

  private static List<StoreRecord> load(Store store) {
    try (RecordCursor records = store.loadAll(ID)) {
      return records.stream().toList();
    }
  }

  @Test
  void theRightKeyFindsEverythingAgain() {
    try (SqliteStore store = Examples.open(file, "correct horse")) {
      store.appendAll(ID, stream(50));
    }
    try (SqliteStore store = SqliteStore.open(file, KEY)) {
      assertThat(load(store)).isEqualTo(stream(50));
      assertThat(store.verify(finding -> {}, Progress.NONE).isSound()).isTrue();
    }
    try (SqliteStore store = SqliteStore.openReadOnly(file, KEY)) {
      assertThat(load(store)).isEqualTo(stream(50));
    }
  }

  @Test
  void aBackupIsEncryptedWithTheSameKey() throws IOException {
    Path copy = file.resolveSibling("copy.db");
    try (SqliteStore store = SqliteStore.open(file, KEY)) {
      store.appendAll(ID, stream(50));
      store.backupTo(copy);
    }
    assertThat(Files.readString(copy, ISO_8859_1)).doesNotContain(PLAIN);
    try (SqliteStore store = SqliteStore.open(copy, KEY)) {
      assertThat(load(store)).isEqualTo(stream(50));
    }
  }

  enum Way {
    /** A file of the store's, with a log beside it. */
    FILE("-wal"),
    /** A connection of the caller's, with a rollback journal beside its file. */
    CONNECTION("-journal");

    final String companion;

    Way(String companion) {
      this.companion = companion;
    }

    void use(Path file, SqliteOptions options, Consumer<Store> use) {
      if (this == FILE) {
        try (Store store = SqliteStore.open(file, options)) {
          use.accept(store);
        }
      } else {
        String address = file.toString();
        try (SqliteAdapter adapter = options.binding().open(address, address);
            Store store = SqliteStore.over(adapter, options)) {
          use.accept(store);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void neitherTheFileNorWhatLiesBesideItEverContainsPlainText(Way way) throws IOException {
    Map<String, String> seen = use(way, KEY);
    assertThat(seen).containsKeys("store.db", "store.db" + way.companion);
    assertThat(seen.values()).allSatisfy(content -> assertThat(content).doesNotContain(PLAIN));
  }

  @ParameterizedTest
  @EnumSource
  void withoutEncryptionTheSameLookFindsIt(Way way) throws IOException {
    Map<String, String> seen = use(way, SqliteOptions.DEFAULT);
    assertThat(seen.get("store.db")).contains(PLAIN);
    assertThat(seen.get("store.db" + way.companion)).contains(ID, TEXT, "encoding");
  }

  /** Writes and returns what was in the files at various times, during writes and after close. */
  private Map<String, String> use(Way way, SqliteOptions options) throws IOException {
    Map<String, String> seen = new TreeMap<>();
    way.use(
        file,
        options,
        store -> {
          look(seen);
          for (StoreRecord record : stream(40)) {
            store.append(ID, record);
          }
          look(seen);
          // More than SQLite's cache holds, so that it writes before the transaction ends.
          List<StoreRecord> many = stream(5_000);
          store.replace(
              ID,
              () ->
                  many.stream()
                      .peek(record -> {
                        if (record.equals(many.getLast())) {
                          look(seen);
                        }
                      })
                      .iterator());
          look(seen);
          try (RecordCursor cursor = store.loadAll(ID)) {
            cursor.next();
            store.replace(ID, stream(3));
            look(seen);
          }
          store.delete(ID);
          store.appendAll(ID, stream(20));
          look(seen);
        });
    look(seen);
    return seen;
  }

  /** Another process copies the files: this one must not open a database that it has open. */
  private void look(Map<String, String> seen) {
    try {
      Path copy = Files.createTempDirectory(directory, "copy");
      List<String> command = List.of("cp", "-r", file.getParent().toString(), copy.toString());
      assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
      contents(copy.resolve("place"))
          .forEach((name, content) -> seen.merge(name, content, String::concat));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> contents(Path place) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(place)) {
      for (Path path : files.toList()) {
        contents.put(path.getFileName().toString(), Files.readString(path, ISO_8859_1));
      }
    }
    return contents;
  }

  private void assertRefusedAndUnchanged(ThrowingCallable opening) throws IOException {
    Map<String, String> before = summaries();
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(opening)
        .withMessageContainingAll(file.toString(), "database")
        .satisfies(e -> assertThat(e).hasMessageNotContaining("horse"));
    assertThat(summaries()).isEqualTo(before);
  }

  /** Returns the files' names, and of each its size and a number that tells its contents apart. */
  private Map<String, String> summaries() throws IOException {
    Map<String, String> summaries = new TreeMap<>();
    contents(file.getParent())
        .forEach((name, content) ->
            summaries.put(name, content.length() + " bytes, " + content.hashCode()));
    return summaries;
  }

  private void assertOnlyTheRightKeyOpens() throws IOException {
    for (SqliteBinding binding : WRONG) {
      assertRefusedAndUnchanged(() -> SqliteStore.open(file, with(binding)));
      assertRefusedAndUnchanged(() -> SqliteStore.openReadOnly(file, with(binding)));
    }
    try (SqliteStore store = SqliteStore.open(file, KEY)) {
      assertThat(load(store)).isEqualTo(stream(50));
    }
  }

  @Test
  void anotherKeyAndNoKeyAreRefusedAndChangeNothing() throws IOException {
    try (SqliteStore store = SqliteStore.open(file, KEY)) {
      store.appendAll(ID, stream(50));
    }
    for (SqliteBinding binding : WRONG) {
      assertRefusedAndUnchanged(() -> {
        try (SqliteAdapter adapter = binding.open(file.toString(), file.toString())) {
          SqliteStore.over(adapter);
        }
      });
    }
    assertOnlyTheRightKeyOpens();
  }

  @Test
  void anotherKeyAndNoKeyLeaveTheLogOfAProcessThatDied() throws IOException {
    Path original = directory.resolve("original.db");
    try (SqliteStore store = SqliteStore.open(original, KEY)) {
      store.appendAll(ID, stream(50));
      copy(original, file);
      copy(Path.of(original + "-wal"), Path.of(file + "-wal"));
    }
    assertThat(contents(file.getParent())).containsKey("store.db-wal");
    assertOnlyTheRightKeyOpens();
  }

  private static void copy(Path from, Path to) throws IOException {
    List<String> command = List.of("cp", from.toString(), to.toString());
    try {
      assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aKeyForAFileThatIsNotEncryptedIsRefused() throws IOException {
    SqliteStore.open(file).close();
    assertRefusedAndUnchanged(() -> SqliteStore.open(file, KEY));
  }
}
