package org.kyneta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.cli.Tool.run;
import static org.kyneta.cli.Tool.runWith;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kyneta.store.JsonValue;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.SyncMode;
import org.kyneta.testservers.Collation;
import org.kyneta.testservers.PostgresServer;

/** The original JavaScript store and ours on one PostgreSQL database. */
class PostgresInteropTest {

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private static final StoreMeta META =
      StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "01abc");

  private static final String META_RECORD = "{\"kind\":\"meta\",\"meta\":" + META + "}";

  /** Ids in code-point order, each the id of a document. */
  private static final List<String> IDS =
      List.of("", "100%_done", "B", "a", "back\\slash", "quote'\"", "\uD7FFx", "\uE000y", "😀/ü");

  @BeforeAll
  static void requirePeer() throws IOException, InterruptedException {
    JavaScriptPeer.require();
  }

  private static String newDatabase(Collation collation) throws SQLException {
    String name = "interop_" + NUMBER.incrementAndGet();
    String _ = PostgresServer.shared().createDatabase(name, collation);
    return "postgresql://postgres@127.0.0.1:%d/%s".formatted(PostgresServer.shared().port(), name);
  }

  private static String entry(String kind, String encoding, String data, String version) {
    return "{\"kind\":\"entry\",\"payload\":{\"kind\":\"%s\",\"encoding\":\"%s\",\"data\":%s},\"version\":\"%s\"}"
        .formatted(kind, encoding, data, version);
  }

  private static List<String> records() {
    return List.of(
        META_RECORD,
        entry("entirety", "binary", "{\"hex\":\"\"}", "AA=="),
        entry("since", "binary", "{\"hex\":\"00ff80\"},\"lineage\":\"gen-1\"", ""),
        entry("since", "json", "{\"text\":\"\\ud800 \u2028 \\u0000\\u001f/\u007f\\\"😀\"}", "é"),
        entry("since", "binary", "{\"text\":\"\"},\"lineage\":\"\"", "9"),
        entry("entirety", "json", "{\"text\":\"[]\"}", "10"));
  }

  private static List<String> rows(String address) throws SQLException {
    String name = address.substring(address.lastIndexOf('/') + 1);
    List<String> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(PostgresServer.shared().url(name));
        Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                """
                SELECT line FROM (SELECT doc_id || '|' || seq || '|' || kind || '|' || payload || '|'
                    || coalesce(encode(blob, 'hex'), 'NULL') FROM kyneta_records
                  UNION ALL SELECT doc_id || '|' || data::text FROM kyneta_doc_meta
                  UNION ALL SELECT key || '|' || value::text FROM kyneta_store_meta) t(line)
                  ORDER BY line COLLATE "C"\
                """)) {
      while (found.next()) {
        rows.add(found.getString(1));
      }
    }
    return rows;
  }

  @Test
  void whatJavaScriptWritesIsReadAndItsRowsAreTheOnesThatWeWrite() throws Exception {
    String theirs = newDatabase(Collation.EN_US);
    List<String> lines;
    try (JavaScriptPeer peer = JavaScriptPeer.start(theirs)) {
      peer.open();
      for (String id : IDS) {
        records().forEach(record -> peer.append(id, record));
      }
      lines = peer.dump();
      assertThat(lines).hasSize(IDS.size());
      assertThat(run("dump", theirs).done().lines()).isEqualTo(lines);
      peer.closeStore();
    }
    String ours = newDatabase(Collation.C);
    runWith(String.join("\n", lines), "load", ours, "--format", 2).done();
    assertThat(rows(ours)).isEqualTo(rows(theirs)).hasSize(IDS.size() * 7 + 1);
    assertThat(run("verify", theirs, "--json").done().lines().getLast())
        .contains("\"sound\":true", "\"unverifiedRecords\":" + IDS.size() * records().size());
  }

  @Test
  void whatWeWriteIsReadByJavaScript() throws Exception {
    String store = newDatabase(Collation.EN_US);
    List<String> lines = new ArrayList<>();
    for (String id : IDS) {
      lines.add(
          "{\"docId\":%s,\"currentMeta\":%s,\"records\":[%s]}"
              .formatted(JsonValue.quote(id), META, String.join(",", records())));
    }
    runWith(String.join("\n", lines), "load", store, "--format", 2).done();
    List<String> ours = run("dump", store).done().lines();
    try (JavaScriptPeer peer = JavaScriptPeer.start(store)) {
      peer.open();
      assertThat(peer.dump()).isEqualTo(ours);
      peer.append("a", entry("since", "json", "{\"text\":\"theirs\"}", "11"));
      peer.closeStore();
    }
    assertThat(run("cat", store, "a", "--json").done().lines())
        .hasSize(7)
        .last()
        .asString()
        .contains("theirs");
    assertThat(run("verify", store, "--json").done().number("unverifiedRecords")).isEqualTo(1);
  }
}
