package org.kyneta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.cli.Tool.run;
import static org.kyneta.cli.Tool.runWith;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.kyneta.sql.Format;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.DocIds;
import org.kyneta.store.JsonValue.JsonString;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Data;
import org.kyneta.store.Payload.Text;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;

/** Whatever a store can hold goes through dump and load, and through copy, unchanged. */
class DumpPropertiesTest {

  private Path directory = Path.of("");

  @BeforeProperty
  void makeDirectory() throws IOException {
    directory = Files.createTempDirectory("kyneta-cli-");
  }

  @AfterProperty
  void removeDirectory() throws IOException {
    clear();
    Files.delete(directory);
  }

  private void clear() throws IOException {
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  /** Any text, unpaired surrogates and controls included. */
  @Provide
  static Arbitrary<String> texts() {
    return Arbitraries.strings()
        .withChars('\0', '\t', '\n', '"', '\\', '/', 'é', '\u2028', '\uD800', '\uDC00', '\uFFFF')
        .ascii()
        .ofMaxLength(12);
  }

  @Provide
  static Arbitrary<String> ids() {
    return texts().filter(DocIds::isWellFormed);
  }

  @Provide
  static Arbitrary<List<StoreRecord>> streams() {
    Arbitrary<Data> data =
        Arbitraries.oneOf(
            texts().map(Text::new),
            Arbitraries.bytes().array(byte[].class).ofMaxSize(40).map(Bytes::new));
    Arbitrary<Payload> payloads =
        Combinators.combine(
                Arbitraries.of(Payload.Kind.class),
                Arbitraries.of(Payload.Encoding.class),
                data,
                texts().injectNull(0.5))
            .as(Payload::new);
    Arbitrary<StoreRecord> entries = Combinators.combine(payloads, texts()).as(StoreRecord::entry);
    Arbitrary<StoreRecord> metas =
        Combinators.combine(texts(), texts(), texts())
            .as((hash, name, value) ->
                StoreRecord.meta(
                    StoreMeta.of(new ReplicaType("x", 1, 0), SyncMode.EPHEMERAL, hash)
                        .with("+" + name, new JsonString(value))));
    return Combinators.combine(Arbitraries.oneOf(entries, metas).list().ofMaxSize(6), metas)
        .as((records, meta) -> {
          List<StoreRecord> stream = new ArrayList<>(records);
          stream.add(records.size() / 2, meta);
          return stream;
        });
  }

  @Property(tries = 60)
  void everythingArrives(
      @ForAll("ids") String id,
      @ForAll("streams") List<StoreRecord> stream,
      @ForAll Format format,
      @ForAll Format other)
      throws IOException {
    clear();
    Path original = directory.resolve("original.db");
    try (SqliteStore store = SqliteStore.open(original, SqliteOptions.DEFAULT.withFormat(format))) {
      store.replace(id, stream);
    }
    byte[] dump = run("dump", original).done().bytes();

    Path loaded = directory.resolve("loaded.db");
    runWith(dump, "load", loaded, "--format", other.number()).done();
    assertHolds(loaded, id, stream);
    if (format == other) {
      assertThat(run("dump", loaded).done().bytes()).isEqualTo(dump);
    }

    Path copy = directory.resolve("copy.db");
    run("copy", loaded, copy, "--format", format.number()).done();
    assertHolds(copy, id, stream);
    assertThat(run("dump", copy).done().bytes()).isEqualTo(dump);
  }

  private static void assertHolds(Path file, String id, List<StoreRecord> stream) {
    try (SqliteStore store = SqliteStore.openReadOnly(file, SqliteOptions.DEFAULT);
        RecordCursor records = store.loadAll(id)) {
      assertThat(records.stream()).containsExactlyElementsOf(stream);
    }
  }
}
