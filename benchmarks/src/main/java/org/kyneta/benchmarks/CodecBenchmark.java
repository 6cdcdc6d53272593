package org.kyneta.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.kyneta.sql.Checksum;
import org.kyneta.sql.Format;
import org.kyneta.sql.Row;
import org.kyneta.sql.RowCodec;
import org.kyneta.sql.TableNames;
import org.kyneta.sql.WritePlan;
import org.kyneta.store.Limits;
import org.kyneta.store.Payload;
import org.kyneta.store.StoreRecord;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a record costs before it gets to the database, and after it has come from there. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
@NullUnmarked // JMH sets the fields.
public class CodecBenchmark {

  private static final String DOCUMENT = "doc-000001";

  /** What an entry's data is. */
  public enum Data {
    /** 120 bytes. */
    BINARY,
    /** 120 characters of JSON, with quotes to escape. */
    JSON
  }

  /** What the entry's data is. */
  @Param public Data data;

  private final RowCodec codec = new RowCodec(Format.V1, TableNames.DEFAULT);
  private final Checksum checksum = new Checksum(DOCUMENT);
  private StoreRecord entry;
  private WritePlan plan;
  private Row row;
  private byte[] payload;

  @Setup
  public void encodeOnce() {
    entry =
        switch (data) {
          case BINARY -> Payloads.pattern(120).entry(7);
          case JSON ->
              StoreRecord.entry(
                  Payload.json(Payload.Kind.SINCE, "{\"a\":\"bcdefg\"}\n".repeat(8)), "7");
        };
    plan = WritePlan.append(codec, Limits.DEFAULT, DOCUMENT, null, -1, Long.MAX_VALUE);
    plan.next(Workloads.META);
    row = plan.next(entry);
    payload = row.payload().getBytes(StandardCharsets.UTF_8);
  }

  /** Checks a record and makes a row of it, with its checksum. */
  @Benchmark
  public Row encode() {
    return plan.next(entry);
  }

  /** Makes a record of a row. */
  @Benchmark
  public StoreRecord decode() {
    return codec.decode(DOCUMENT, row.seq(), row.kind(), payload, row.blob());
  }

  /** Computes a row's checksum. */
  @Benchmark
  public long checksum() {
    return checksum.ofRecord(row.seq(), row.kind(), payload, row.blob());
  }
}
