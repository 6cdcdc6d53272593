package org.kyneta.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.kyneta.sqlite.Durability;
import org.kyneta.store.StoreRecord;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Appending entries of bytes, one a transaction, to 100 documents in turn. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
@NullUnmarked // JMH sets the fields.
public class AppendBenchmark {

  private static final int DOCUMENTS = 100;

  /** The size of an entry, in bytes. */
  @Param({"120", "4096"})
  public int bytes;

  /** When an append counts as stored. */
  @Param({"NORMAL", "FULL"})
  public Durability durability;

  private TemporaryStore temporary;
  private Payloads payloads;
  private int next;

  /** A file for each iteration, so that it does not grow without end. */
  @Setup(Level.Iteration)
  public void open() throws IOException {
    temporary = TemporaryStore.create(durability);
    payloads = Payloads.pattern(bytes);
    for (int doc = 0; doc < DOCUMENTS; doc++) {
      temporary.store().append(Workloads.documentId(doc), Workloads.META);
    }
  }

  @TearDown(Level.Iteration)
  public void close() throws IOException {
    temporary.close();
  }

  @Benchmark
  public StoreRecord append() {
    int n = next++ & Integer.MAX_VALUE;
    StoreRecord entry = payloads.entry(n);
    temporary.store().append(Workloads.documentId(n % DOCUMENTS), entry);
    return entry;
  }
}
