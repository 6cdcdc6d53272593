package org.kyneta.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.cli.Tool.run;
import static org.kyneta.cli.Tool.runWith;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.Payload;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;

/** Recording logs of updates, whole and broken ones, and replaying them. */
class RecordTest {

  @TempDir private Path directory;

  /** Returns a log of updates of 1, 2, 3, … bytes. */
  private static byte[] log(int updates) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      for (int i = 1; i <= updates; i++) {
        out.writeInt(i);
        out.write(("u" + i).repeat(i).getBytes(UTF_8), 0, i);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] gzipped(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private static List<String> versions(Path store, String doc) {
    try (SqliteStore opened = SqliteStore.open(store);
        RecordCursor records = opened.loadAll(doc)) {
      return records.stream()
          .filter(StoreRecord.Entry.class::isInstance)
          .map(record -> ((StoreRecord.Entry) record).version())
          .toList();
    }
  }

  @Test
  void aNewDocumentIsRegisteredWithTheDefaults() {
    Path store = directory.resolve("store.db");
    runWith(log(3), "record", store, "doc", "--updates", "-").done();
    try (SqliteStore opened = SqliteStore.open(store);
        RecordCursor records = opened.loadAll("doc")) {
      StoreMeta meta = StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "");
      assertThat(records.stream())
          .containsExactly(
              StoreRecord.meta(meta),
              StoreRecord.entry(Payload.binary(Payload.Kind.SINCE, "u".getBytes(UTF_8)), "1"),
              StoreRecord.entry(Payload.binary(Payload.Kind.SINCE, "u2".getBytes(UTF_8)), "2"),
              StoreRecord.entry(Payload.binary(Payload.Kind.SINCE, "u3u".getBytes(UTF_8)), "3"));
    }
  }

  @Test
  void aNewDocumentIsRegisteredAsAskedFor() {
    Path store = directory.resolve("store.db");
    runWith(
            log(1),
            "record",
            store,
            "a",
            "--updates",
            "-",
            "--replica-type",
            "loro/2.3",
            "--sync-mode",
            "ephemeral",
            "--schema-hash",
            "00ff",
            "--format",
            2)
        .done();
    runWith(log(1), "record", store, "b", "--updates", "-", "--replica-type", "[\"a/b\",1,2]")
        .done();
    try (SqliteStore opened = SqliteStore.open(store)) {
      assertThat(opened.format().number()).isEqualTo(2);
      assertThat(opened.currentMeta("a"))
          .contains(StoreMeta.of(new ReplicaType("loro", 2, 3), SyncMode.EPHEMERAL, "00ff"));
      assertThat(opened.currentMeta("b").orElseThrow().replicaType())
          .isEqualTo(new ReplicaType("a/b", 1, 2));
    }
  }

  @Test
  void aDocumentThatIsOtherThanAskedForIsLeftAlone() {
    Path store = directory.resolve("store.db");
    runWith(log(1), "record", store, "doc", "--updates", "-").done();
    assertThat(
            runWith(log(1), "record", store, "doc", "--updates", "-", "--replica-type", "loro/1.0")
                .failure())
        .contains("\"doc\"", "--replica-type", "[\"loro\",1,0]", "[\"yjs\",1,0]");
    assertThat(
            runWith(log(1), "record", store, "doc", "--updates", "-", "--sync-mode", "ephemeral")
                .failure())
        .contains("--sync-mode");
    assertThat(versions(store, "doc")).containsExactly("1");
  }

  @Test
  void versionsGoOnAfterTheEntriesThatAreThere() throws IOException {
    Path store = directory.resolve("store.db");
    runWith(log(3), "record", store, "doc", "--updates", "-").done();
    runWith(gzipped(log(4)), "record", store, "doc", "--updates", "-", "--batch", 3).done();
    assertThat(versions(store, "doc")).containsExactly("1", "2", "3", "4", "5", "6", "7");
  }

  @Test
  void severalWhoRecordIntoOneDocumentGiveNoVersionTwice() throws Exception {
    Path store = directory.resolve("store.db");
    int writers = 4;
    int updates = 200;
    List<Future<?>> runs = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
      for (int i = 0; i < writers; i++) {
        runs.add(
            threads.submit(() ->
                runWith(log(updates), "record", store, "doc", "--updates", "-", "--batch", 7)
                    .done()));
      }
    }
    for (Future<?> run : runs) {
      run.get();
    }
    List<String> expected = new ArrayList<>();
    for (int i = 1; i <= writers * updates; i++) {
      expected.add(Integer.toString(i));
    }
    assertThat(versions(store, "doc")).isEqualTo(expected);
  }

  @Test
  void aLogThatIsCutOffNamesTheByteAndKeepsWhatIsWhole() throws IOException {
    byte[] whole = log(5);
    // Update 5 begins after 4 lengths and 1 + 2 + 3 + 4 bytes.
    int begin = 4 * 4 + 10;
    for (int length : new int[] {begin + 2, begin + 4, whole.length - 1}) {
      Path store = directory.resolve(length + ".db");
      byte[] cut = Arrays.copyOf(whole, length);
      assertThat(runWith(cut, "record", store, "doc", "--updates", "-", "--batch", 3).failure())
          .contains("update 5", "byte " + begin, "4 updates", "cut off");
      assertThat(versions(store, "doc")).containsExactly("1", "2", "3", "4");
    }
    Path store = directory.resolve("gzip.db");
    Path log = directory.resolve("cut.gz");
    byte[] compressed = gzipped(log(200));
    Files.write(log, Arrays.copyOf(compressed, compressed.length / 2));
    String message = run("record", store, "doc", "--updates", log).failure();
    int stored = versions(store, "doc").size();
    assertThat(stored).isPositive().isLessThan(200);
    assertThat(message)
        .contains(log.toString(), "cut off", stored + " updates before it", "(uncompressed)");
  }

  @Test
  void anUpdateThatIsTooLongIsRefusedBeforeItIsRead() {
    Path store = directory.resolve("store.db");
    byte[] log = Arrays.copyOf(log(1), 9);
    Arrays.fill(log, 5, 9, (byte) 0x7f);
    assertThat(runWith(log, "record", store, "doc", "--updates", "-").failure())
        .contains("update 2", "byte 5", "67108864", "2139062143", "1 update before it");
  }

  @Test
  void anEmptyLogIsNoErrorAndStoresNothing() {
    Path store = directory.resolve("store.db");
    assertThat(
            runWith(new byte[0], "record", store, "doc", "--updates", "-", "--json")
                .done()
                .number("updates"))
        .isZero();
    assertThat(run("ls", store).done().out()).isEmpty();
  }

  @Test
  void aMissingLogCreatesNoStore() {
    Path store = directory.resolve("store.db");
    assertThat(run("record", store, "doc", "--updates", directory.resolve("none")).failure())
        .contains("none: no such file");
    assertThat(run("record", store, "doc", "--updates", directory).failure())
        .contains(directory + ": Is a directory");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void replayingNamesTheRecordThatIsNotBinary() {
    Path store = directory.resolve("store.db");
    runWith(log(2), "record", store, "doc", "--updates", "-").done();
    try (SqliteStore opened = SqliteStore.open(store)) {
      opened.append("doc", StoreRecord.entry(Payload.json(Payload.Kind.SINCE, "{}"), "3"));
    }
    assertThat(run("replay", store, "doc").failure())
        .contains("record 3", "binary", "text", "json");
    Path out = directory.resolve("out");
    run("replay", store, "doc", "--out", out).failure();
    assertThat(out).doesNotExist();
  }

  @Test
  void replayingWritesOverNoFile() throws IOException {
    Path store = directory.resolve("store.db");
    runWith(log(2), "record", store, "doc", "--updates", "-").done();
    Path out = Files.writeString(directory.resolve("out"), "mine");
    assertThat(run("replay", store, "doc", "--out", out).failure()).contains("exists already");
    assertThat(out).hasContent("mine");
  }
}
