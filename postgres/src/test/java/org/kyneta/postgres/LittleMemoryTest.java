package org.kyneta.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kyneta.postgres.PostgresOptions.SchemaMode;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StoreRecord;
import org.kyneta.testservers.Collation;

/** A stream that is larger than the memory of the process that loads it. */
class LittleMemoryTest {

  private static final String DOC = "long";
  private static final StoreRecord ENTRY =
      StoreRecord.entry(Payload.binary(Kind.SINCE, new byte[120]), "1");

  /** Loads the stream of the database whose address is the argument. */
  public static void main(String[] args) {
    long start = System.nanoTime();
    long count = 0;
    try (HikariDataSource pool = Databases.pool(args[0], 2);
        PostgresStore store = PostgresStore.open(pool);
        RecordCursor cursor = store.loadAll(DOC)) {
      while (cursor.hasNext()) {
        StoreRecord record = cursor.next();
        if (!record.equals(count == 0 ? Samples.META : ENTRY) || cursor.seq() != count) {
          throw new AssertionError("expected record %d, found another".formatted(count));
        }
        count++;
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        "loaded %d records in %.1f s, with at most %d MiB of heap%n",
        count, seconds, Runtime.getRuntime().maxMemory() >> 20);
  }

  /** As many as {@code kyneta.manyRecords} says. */
  @Test
  @Timeout(1_800)
  void streamThatIsLargerThanTheHeapIsLoaded() throws Exception {
    int records = Integer.getInteger("kyneta.manyRecords", 300_000);
    String url = Databases.create(Collation.C);
    try (HikariDataSource pool = Databases.pool(url, 1)) {
      PostgresOptions create = PostgresOptions.DEFAULT.withSchema(SchemaMode.CREATE);
      try (PostgresStore store = PostgresStore.open(pool, create)) {
        store.appendAll(DOC, List.of(Samples.META, ENTRY));
      }
      Databases.execute(
          pool,
          """
          INSERT INTO kyneta_records (doc_id, seq, kind, payload, blob)
            SELECT doc_id, n, kind, payload, blob
              FROM kyneta_records, generate_series(2, %d) n WHERE seq = 1;
          """
              .formatted(records - 1));
    }
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "--class-path",
                classPath(),
                LittleMemoryTest.class.getName(),
                url)
            .redirectErrorStream(true)
            .start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      System.out.print(output);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(output).isZero();
      assertThat(output).contains("loaded " + records + " records");
    } finally {
      process.destroyForcibly();
    }
  }

  /** Surefire has put this module on the module path and patched its tests into it. */
  private static String classPath() {
    Set<String> entries = new LinkedHashSet<>();
    entries.add(Path.of("target", "test-classes").toAbsolutePath().toString());
    entries.add(Path.of("target", "classes").toAbsolutePath().toString());
    for (String property : new String[] {"jdk.module.path", "java.class.path"}) {
      entries.addAll(List.of(System.getProperty(property, "").split(File.pathSeparator, -1)));
    }
    entries.remove("");
    return String.join(File.pathSeparator, entries);
  }
}
