package org.kyneta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kyneta.sql.Format;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Meta;

/**
 * Whatever lines come, documents come out or the line is refused. In a build this runs over the
 * inputs that lie beside it; with {@code JAZZER_FUZZ=1} in the environment it looks for new ones.
 */
final class DumpFuzzTest {

  private record Document(String id, List<StoreRecord> records) {}

  @FuzzTest(maxDuration = "10m")
  void whateverLinesComeAreDocumentsOrAreRefused(byte[] input) throws IOException {
    Lines lines = new Lines(new ByteArrayInputStream(input));
    long newlines = 0;
    for (byte b : input) {
      newlines += b == '\n' ? 1 : 0;
    }
    while (lines.next()) {
      Optional<Document> read = read(lines);
      if (read.isPresent()) {
        Lines again = new Lines(new ByteArrayInputStream(dump(read.get())));
        assertThat(again.next()).isTrue();
        assertThat(read(again)).isEqualTo(read);
        assertThat(again.next()).isFalse();
      }
    }
    boolean endsWithinALine = input.length > 0 && input[input.length - 1] != '\n';
    assertThat(lines.number()).isEqualTo(newlines + (endsWithinALine ? 1 : 0));
  }

  private static Optional<Document> read(Lines lines) {
    try {
      Optional<DumpLine> begun = DumpLine.begin(lines.line());
      if (begun.isEmpty()) {
        return Optional.empty();
      }
      try (DumpLine line = begun.get()) {
        List<StoreRecord> records = new ArrayList<>();
        line.forEachRemaining(records::add);
        assertThat(line.records()).isEqualTo(records.size());
        return Optional.of(new Document(line.docId(), records));
      }
    } catch (BadLineException | RecordRejectedException e) {
      assertThat(e.getMessage()).isNotBlank();
      return Optional.empty();
    }
  }

  private static byte[] dump(Document document) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Output out = new Output(bytes);
    RecordJson json = new RecordJson(out, Format.V2);
    out.write("{\"docId\":");
    json.string(document.id());
    out.write(",\"records\":[");
    Meta last = null;
    String comma = "";
    for (StoreRecord record : document.records()) {
      out.write(comma);
      json.record(record);
      comma = ",";
      last = record instanceof Meta meta ? meta : last;
    }
    out.write("],\"currentMeta\":");
    if (last != null) {
      json.meta(last.meta());
    }
    out.write("}\n");
    out.flush();
    return bytes.toByteArray();
  }
}
