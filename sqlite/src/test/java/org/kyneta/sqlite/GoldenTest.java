package org.kyneta.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.sqlite.Databases.list;
import static org.kyneta.sqlite.Databases.load;
import static org.kyneta.sqlite.Databases.query;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kyneta.sql.Format;
import org.kyneta.sql.Progress;
import org.kyneta.sql.VerificationReport;
import org.kyneta.store.JsonValue;
import org.kyneta.store.JsonValue.JsonArray;
import org.kyneta.store.JsonValue.JsonLiteral;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Encoding;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.Payload.Text;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;

/** Rows as the format has them, against the records that they are, in both directions. */
class GoldenTest {

  private static final String NUL_ID = "a\0b";

  private static final StoreMeta NOTE =
      StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "02aa");
  private static final StoreMeta NOTE_LATER =
      StoreMeta.of(new ReplicaType("yjs", 1, 2), SyncMode.COLLABORATIVE, "02ff");
  private static final StoreMeta PLAIN =
      StoreMeta.of(new ReplicaType("plain", 1, 0), SyncMode.AUTHORITATIVE, "00")
          .with(
              "tags",
              new JsonArray(
                  List.of(new JsonNumber("1.0"), new JsonNumber("2e3"), JsonLiteral.NULL)))
          .with("owner", owner());
  private static final StoreMeta PRESENCE =
      StoreMeta.of(new ReplicaType("plain", 1, 0), SyncMode.EPHEMERAL, "");

  private static final List<StoreRecord> NOTE_RECORDS =
      List.of(
          StoreRecord.meta(NOTE),
          StoreRecord.entry(Payload.binary(Kind.ENTIRETY, new byte[2]), "AA=="),
          StoreRecord.entry(Payload.binary(Kind.SINCE, new byte[0]), "AQE="),
          StoreRecord.meta(NOTE_LATER),
          StoreRecord.entry(
              new Payload(Kind.SINCE, Encoding.JSON, new Payload.Bytes(new byte[] {-1, 0}), "l-1"),
              "odd"));

  private static final List<StoreRecord> PLAIN_RECORDS =
      List.of(
          StoreRecord.meta(PLAIN),
          StoreRecord.entry(Payload.json(Kind.SINCE, "{\"k\\u0000\":\"é😀/\"}"), "1"),
          StoreRecord.entry(
              new Payload(Kind.SINCE, Encoding.BINARY, new Text("lone \uD83D and \uDC00"), ""),
              "\u0000\t\u001f"),
          StoreRecord.entry(Payload.json(Kind.ENTIRETY, ""), ""));

  @TempDir private Path directory;

  private static JsonValue owner() {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("b", new JsonNumber("1"));
    members.put("a", new JsonString("\uD800"));
    return new JsonObject(members);
  }

  private Path golden(Format format) throws IOException, SQLException {
    Path file = directory.resolve("golden.db");
    String name = "golden-format" + format.number() + ".sql";
    try (InputStream in = Objects.requireNonNull(GoldenTest.class.getResourceAsStream(name), name);
        Connection connection = Databases.connect(file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(new String(in.readAllBytes(), UTF_8));
    }
    return file;
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void rowsAreReadAsTheRecordsThatTheyAre(Format format) throws IOException, SQLException {
    try (SqliteStore store = SqliteStore.openReadOnly(golden(format), SqliteOptions.DEFAULT)) {
      assertThat(store.format()).isEqualTo(format);
      assertThat(list(store, "")).containsExactly(NUL_ID, "note", "plain/ü");
      assertThat(load(store, "note")).isEqualTo(NOTE_RECORDS);
      assertThat(load(store, "plain/ü")).isEqualTo(PLAIN_RECORDS);
      assertThat(load(store, NUL_ID)).containsExactly(StoreRecord.meta(PRESENCE));
      assertThat(store.currentMeta("note")).contains(NOTE_LATER);
      assertThat(store.verify(finding -> {}, Progress.NONE))
          .isEqualTo(new VerificationReport(3, 10, 10, 3, 0, 0));
    }
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void recordsAreWrittenAsTheRowsThatTheyAre(Format format) throws IOException, SQLException {
    Path file = directory.resolve("ours.db");
    try (SqliteStore store = SqliteStore.open(file, SqliteOptions.DEFAULT.withFormat(format))) {
      for (StoreRecord record : NOTE_RECORDS) {
        store.append("note", record);
      }
      store.appendAll("plain/ü", PLAIN_RECORDS);
      store.replace(NUL_ID, List.of(StoreRecord.meta(PRESENCE)));
    }
    Path golden = golden(format);
    String meta = format.metaTable();
    List<String> queries =
        List.of(
            "SELECT hex(doc_id), seq, kind, hex(payload), hex(blob), typeof(blob)"
                + " FROM kyneta_records ORDER BY doc_id, seq",
            "SELECT hex(doc_id), hex(data) FROM " + meta + " ORDER BY doc_id");
    for (String sql : queries) {
      assertThat(query(file, sql)).isNotEmpty().isEqualTo(query(golden, sql));
    }
  }
}
