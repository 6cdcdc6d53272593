package org.kyneta.benchmarks;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.kyneta.sqlite.Durability;
import org.kyneta.store.Cursor;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Reading a stream of 10,000 entries, current metadata, and a listing. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
@NullUnmarked // JMH sets the fields.
public class ReadBenchmark {

  private static final int RECORDS = 10_000;
  private static final int DOCUMENTS = 100;
  private static final int ENTRY_BYTES = 120;
  private static final String LONG_STREAM = "long";

  private TemporaryStore temporary;
  private int next;

  @Setup
  public void fill() throws IOException {
    temporary = TemporaryStore.create(Durability.NORMAL);
    Payloads payloads = Payloads.pattern(ENTRY_BYTES);
    Stream<StoreRecord> entries = IntStream.range(1, RECORDS).mapToObj(payloads::entry);
    temporary
        .store()
        .appendAll(LONG_STREAM, Stream.concat(Stream.of(Workloads.META), entries).toList());
    for (int doc = 0; doc < DOCUMENTS; doc++) {
      temporary.store().append(Workloads.documentId(doc), Workloads.META);
    }
  }

  @TearDown
  public void close() throws IOException {
    temporary.close();
  }

  /** A score is the time for one record. */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void loadAll(Blackhole blackhole) {
    try (RecordCursor cursor = temporary.store().loadAll(LONG_STREAM)) {
      cursor.forEachRemaining(blackhole::consume);
    }
  }

  @Benchmark
  public Optional<StoreMeta> currentMeta() {
    return temporary.store().currentMeta(Workloads.documentId(nextDocument()));
  }

  /** A stream that ends within the first batch, as most do. */
  @Benchmark
  public void loadShort(Blackhole blackhole) {
    try (RecordCursor cursor = temporary.store().loadAll(Workloads.documentId(nextDocument()))) {
      cursor.forEachRemaining(blackhole::consume);
    }
  }

  /** A score is the time for one listing of ten ids. */
  @Benchmark
  public void listTen(Blackhole blackhole) {
    try (Cursor<String> cursor = temporary.store().listDocIds("doc-00003")) {
      cursor.forEachRemaining(blackhole::consume);
    }
  }

  private int nextDocument() {
    next = (next + 1) % DOCUMENTS;
    return next;
  }
}
