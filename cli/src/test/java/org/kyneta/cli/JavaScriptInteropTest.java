package org.kyneta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.cli.Tool.run;
import static org.kyneta.cli.Tool.runWith;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.cli.Tool.Run;
import org.kyneta.sql.Format;
import org.kyneta.sqlite.Durability;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.JsonValue;
import org.kyneta.store.Payload;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;
import org.kyneta.store.SyncMode;

/** The original JavaScript store and ours on one file. */
class JavaScriptInteropTest {

  private static final StoreMeta META =
      StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "01abc");

  private static final String META_RECORD = "{\"kind\":\"meta\",\"meta\":" + META + "}";

  /** Ids in code-point order, each the id of a document. */
  private static final List<String> IDS =
      List.of("", "100%_done", "a\0b", "back\\slash", "quote'\"", "\uD7FFx", "\uE000y", "😀/ü");

  private static final SqliteOptions FORMAT_2 = SqliteOptions.DEFAULT.withFormat(Format.V2);

  @TempDir private Path directory;
  private Path file;

  @BeforeAll
  static void requirePeer() throws IOException, InterruptedException {
    JavaScriptPeer.require();
  }

  @BeforeEach
  void nameFile() {
    file = directory.resolve("store.db");
  }

  /** Returns records of every shape, as a line of a dump has them. */
  private static List<String> records() {
    return List.of(
        META_RECORD,
        entry("entirety", "binary", "{\"hex\":\"\"}", "AA=="),
        entry("since", "binary", "{\"hex\":\"00ff80\"},\"lineage\":\"gen-1\"", ""),
        entry("since", "json", "{\"text\":\"\\ud800 \u2028 \\u0000\\u001f/\u007f\\\"😀\"}", "é"),
        entry("since", "json", "{\"hex\":\"01\"}", "\u2029"),
        entry("since", "binary", "{\"text\":\"\"},\"lineage\":\"\"", "9"),
        META_RECORD.replace(
            "01abc", "02def\",\"label\":{\"b\":[1,2.5,null,true],\"a\":\"\\ud800\"},\"more\":\""),
        entry("entirety", "json", "{\"text\":\"[]\"}", "10"));
  }

  private static String entry(String kind, String encoding, String data, String version) {
    return "{\"kind\":\"entry\",\"payload\":{\"kind\":\"%s\",\"encoding\":\"%s\",\"data\":%s},\"version\":\"%s\"}"
        .formatted(kind, encoding, data, version);
  }

  private static String number(int number) {
    return entry("since", "binary", "{\"hex\":\"%08x\"}".formatted(number), "" + number);
  }

  private static StoreRecord ownNumber(int number) {
    byte[] data = ByteBuffer.allocate(4).putInt(number).array();
    return StoreRecord.entry(Payload.binary(Payload.Kind.SINCE, data), "" + number);
  }

  @Test
  void whatJavaScriptWritesIsReadAndItsRowsAreTheOnesThatWeWrite()
      throws IOException, SQLException {
    List<String> lines;
    try (JavaScriptPeer peer = JavaScriptPeer.start(file)) {
      peer.open();
      for (String id : IDS) {
        records().forEach(record -> peer.append(id, record));
      }
      lines = peer.dump();
      assertThat(lines).hasSize(IDS.size());
      assertThat(run("dump", file).done().lines()).isEqualTo(lines);
      peer.closeStore();
    }
    assertThat(run("dump", file).done().lines()).isEqualTo(lines);
    Path ours = directory.resolve("ours.db");
    runWith(String.join("\n", lines), "load", ours, "--format", 2).done();
    for (String table : List.of("kyneta_doc_meta", "kyneta_records", "kyneta_store_meta")) {
      List<String> columns = Rows.columns(file, table);
      assertThat(Rows.of(ours, table, columns)).isEqualTo(Rows.of(file, table, columns));
    }
    Run report = run("verify", file, "--json").done();
    assertThat(report.number("unverifiedRecords")).isEqualTo((long) IDS.size() * records().size());
  }

  @Test
  void whatWeWriteIsReadByJavaScript() throws IOException {
    List<String> lines = new ArrayList<>();
    String last = records().get(6);
    String meta = last.substring("{\"kind\":\"meta\",\"meta\":".length(), last.length() - 1);
    for (String id : IDS) {
      lines.add(
          "{\"docId\":%s,\"currentMeta\":%s,\"records\":[%s]}"
              .formatted(JsonValue.quote(id), meta, String.join(",", records())));
    }
    runWith(String.join("\n", lines), "load", file, "--format", 2).done();
    assertThat(run("dump", file).done().lines()).isEqualTo(lines);
    try (JavaScriptPeer peer = JavaScriptPeer.start(file)) {
      peer.open();
      assertThat(peer.dump()).isEqualTo(lines);
      peer.closeStore();
    }
    Run report = run("verify", file, "--json").done();
    assertThat(report.number("unverifiedRecords")).isZero();
    assertThat(report.number("unverifiedMetadata")).isZero();
  }

  @Test
  void bothTakeTurnsOnOneDocument() throws IOException {
    int rounds = 6;
    int number = 0;
    try (JavaScriptPeer peer = JavaScriptPeer.start(file);
        SqliteStore store = SqliteStore.open(file, FORMAT_2)) {
      store.append("turns", StoreRecord.meta(META));
      for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < 5; i++) {
          store.append("turns", ownNumber(number++));
        }
        // It numbers records from what it has seen, and so must look again before it writes.
        peer.open();
        for (int i = 0; i < 5; i++) {
          peer.append("turns", number(number++));
        }
        String hash = "hash-" + round;
        peer.append("turns", META_RECORD.replace("01abc", hash));
        assertThat(peer.dump()).isEqualTo(run("dump", file).done().lines());
        peer.closeStore();
        assertThat(store.currentMeta("turns").orElseThrow().schemaHash()).isEqualTo(hash);
        store.append("turns", StoreRecord.meta(META));
      }
      assertThat(versions(store, "turns")).isEqualTo(numbers(number));
    }
    Run report = run("verify", file, "--json").done();
    assertThat(report.number("records")).isEqualTo(1 + rounds * 12L);
    assertThat(report.number("unverifiedRecords")).isEqualTo(rounds * 6L);
    assertThat(report.number("unverifiedMetadata")).isZero();
    assertThat(report.number("notes")).isZero();
  }

  @Test
  void bothWriteDifferentDocumentsAtOnce() throws Exception {
    int bursts = 10;
    int burst = 200;
    int threadCount = 4;
    int each = 1_000;
    List<Future<?>> threads = new ArrayList<>();
    SqliteOptions fast = FORMAT_2.withDurability(Durability.NORMAL);
    try (JavaScriptPeer peer = JavaScriptPeer.start(file);
        SqliteStore store = SqliteStore.open(file, fast);
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      peer.open();
      for (int i = 0; i < threadCount; i++) {
        String id = "java-" + i;
        store.append(id, StoreRecord.meta(META));
        threads.add(
            executor.submit(() -> {
              for (int n = 0; n < each; n++) {
                store.append(id, ownNumber(n));
                // The other side polls for the lock, and would not get it from who never rests.
                LockSupport.parkNanos(1_000_000);
              }
            }));
      }
      for (int i = 0; i < bursts; i++) {
        peer.run(
            new Fields()
                .put("op", "burst")
                .put("docId", "javascript")
                .put("count", burst)
                .put("bytes", 30)
                .put("from", (long) i * burst));
        if (i == 0) {
          assertThat(threads).as("both write at once").anyMatch(thread -> !thread.isDone());
        }
      }
      for (Future<?> thread : threads) {
        thread.get();
      }
      assertThat(versions(store, "javascript")).isEqualTo(numbers(bursts * burst));
      for (int i = 0; i < threadCount; i++) {
        assertThat(versions(store, "java-" + i)).isEqualTo(numbers(each));
      }
      assertThat(peer.dump()).isEqualTo(run("dump", file).done().lines());
      peer.closeStore();
    }
    Run report = run("verify", file, "--json").done();
    assertThat(report.number("unverifiedRecords")).isEqualTo(1 + (long) bursts * burst);
    assertThat(report.number("unverifiedMetadata")).isEqualTo(1);
    assertThat(report.number("notes")).isZero();
  }

  private static List<String> versions(SqliteStore store, String docId) {
    List<String> versions = new ArrayList<>();
    try (RecordCursor records = store.loadAll(docId)) {
      for (long seq = 0; records.hasNext(); seq++) {
        StoreRecord record = records.next();
        assertThat(records.seq()).isEqualTo(seq);
        if (record instanceof Entry entry) {
          versions.add(entry.version());
        }
      }
    }
    return versions;
  }

  private static List<String> numbers(int count) {
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.add(Integer.toString(i));
    }
    return numbers;
  }
}
