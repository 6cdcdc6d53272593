package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kyneta.relay.wire.Capture;
import org.kyneta.relay.wire.Capture.Recorded;
import org.kyneta.sql.Format;
import org.kyneta.sql.Progress;
import org.kyneta.sql.TableNames;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.JsonValue;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Text;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;
import org.kyneta.store.StoreRecord.Meta;

/** What the relay stores of real clients' sessions is read by the original's store, all of it. */
@Timeout(120)
class OriginalStoreTest {

  /** What each type is called in metadata. */
  private static final Map<String, String> TYPES =
      Map.of(
          "plain", "plain", "ephemeral", "plain", "state", "state", "yjs", "yjs", "loro", "loro");

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(Format.class)
  void whatTheRelayStoresIsReadByTheOriginalRecordForRecord(Format format) throws Exception {
    for (Map.Entry<String, String> type : TYPES.entrySet()) {
      Path file = folder.resolve(type.getKey() + ".db");
      record(type.getKey(), file, SqliteOptions.DEFAULT.withFormat(format));
      List<String> documents;
      List<String> ours = new ArrayList<>();
      try (SqliteStore store = SqliteStore.open(file)) {
        assertThat(store.format()).isEqualTo(format);
        documents = documents(store);
        for (String docId : documents) {
          ours.add(answer(store, docId));
        }
      }
      assertThat(ours).as("%s", type).hasSize(1);
      assertThat(ours.getFirst())
          .contains("\"replicaType\":[\"" + type.getValue() + "\"")
          .contains("\"kind\":\"entry\"");
      if (format == Format.V1) {
        // The published store reads no other.
        SqliteStore.convert(file, TableNames.DEFAULT, Format.V2, Progress.NONE);
      }
      assertThat(original(file, documents)).as("%s", type).isEqualTo(ours);
    }
  }

  /**
   * Lets two clients, one after the other, say to a relay what they have said to the original's.
   */
  private static void record(String type, Path file, SqliteOptions options) throws IOException {
    Map<String, Capture> captures =
        Capture.all().collect(Collectors.toMap(Capture::name, Function.identity()));
    try (SqliteStore store = SqliteStore.open(file, options);
        Relay relay = Relay.builder().store(store).start()) {
      for (String name : List.of("alice", "bob")) {
        try (TestClient client = TestClient.connect(relay.uri())) {
          Capture capture = Objects.requireNonNull(captures.get(type + "-" + name + ".txt"));
          capture.frames().stream()
              .filter(Recorded::fromClient)
              .forEach(frame -> client.sendBytes(frame.bytes()));
          client.ping();
        }
      }
    }
  }

  private static List<String> documents(SqliteStore store) {
    List<String> documents = new ArrayList<>();
    try (var ids = store.listDocIds()) {
      ids.forEachRemaining(documents::add);
    }
    return documents;
  }

  /** Returns what the original answers if it reads of a document what our store does. */
  private static String answer(SqliteStore store, String docId) {
    List<String> records = new ArrayList<>();
    try (RecordCursor cursor = store.loadAll(docId)) {
      cursor.forEachRemaining(record -> records.add(json(record)));
    }
    return "{\"ok\":true,\"meta\":%s}{\"ok\":true,\"records\":[%s]}"
        .formatted(store.currentMeta(docId).orElseThrow(), String.join(",", records));
  }

  private static String json(StoreRecord record) {
    return switch (record) {
      case Meta(StoreMeta meta) -> "{\"kind\":\"meta\",\"meta\":" + meta + "}";
      case Entry(Payload payload, String version) ->
          "{\"kind\":\"entry\",\"payload\":{\"kind\":\"%s\",\"encoding\":\"%s\",\"data\":%s%s},\"version\":%s}"
              .formatted(
                  payload.kind().name().toLowerCase(Locale.ROOT),
                  payload.encoding().name().toLowerCase(Locale.ROOT),
                  switch (payload.data()) {
                    case Text(String text) -> "{\"text\":" + JsonValue.quote(text) + "}";
                    case Bytes(byte[] bytes) ->
                        "{\"hex\":\"" + HexFormat.of().formatHex(bytes) + "\"}";
                  },
                  payload.lineage() == null
                      ? ""
                      : ",\"lineage\":" + JsonValue.quote(payload.lineage()),
                  JsonValue.quote(version));
    };
  }

  private static List<String> original(Path file, List<String> documents) throws IOException {
    try (JavaScript peer = JavaScript.start("peer.mjs", file.toString())) {
      assertThat(peer.ask("{\"op\":\"open\"}")).startsWith("{\"ok\":true");
      assertThat(peer.ask("{\"op\":\"list\"}"))
          .isEqualTo(
              documents.stream()
                  .map(JsonValue::quote)
                  .collect(Collectors.joining(",", "{\"ok\":true,\"docIds\":[", "]}")));
      List<String> answers = new ArrayList<>();
      for (String docId : documents) {
        String of = ",\"docId\":" + JsonValue.quote(docId) + "}";
        answers.add(peer.ask("{\"op\":\"currentMeta\"" + of) + peer.ask("{\"op\":\"load\"" + of));
      }
      return answers;
    }
  }
}
