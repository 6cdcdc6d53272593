package org.kyneta.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.cli.Tool.run;
import static org.kyneta.cli.Tool.runWith;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.store.JsonValue;

/** Loading dumps, good ones and bad ones. */
class LoadTest {

  private static final String META =
      """
      {"replicaType":["yjs",1,0],"syncMode":{"writerModel":"concurrent","delivery":"delta-capable",\
      "durability":"persistent"},"schemaHash":""}\
      """;

  private static final String RECORD = "{\"kind\":\"meta\",\"meta\":" + META + "}";

  private static final String ENTRY =
      """
      {"kind":"entry","payload":{"kind":"since","encoding":"json","data":{"text":"x"}},"version":"1"}\
      """;

  @TempDir private Path directory;
  private Path store;

  @BeforeEach
  void nameStore() {
    store = directory.resolve("store.db");
  }

  private static String line(String docId, String currentMeta, String... records) {
    return "{\"docId\":%s,\"currentMeta\":%s,\"records\":[%s]}"
        .formatted(JsonValue.quote(docId), currentMeta, String.join(",", records));
  }

  private List<String> dump() {
    return run("dump", store).done().lines();
  }

  @Test
  void eitherNameOfTheSyncModeIsUnderstood() {
    String newer = line("a", META, RECORD, ENTRY);
    String older = line("b", META, RECORD, ENTRY).replace("syncMode", "syncProtocol");
    runWith(newer + "\n" + older + "\n", "load", store, "--format", 2).done();
    assertThat(dump()).containsExactly(newer, older.replace("syncProtocol", "syncMode"));
  }

  @Test
  void orderOfMembersLineEndsAndBlankLinesDoNotMatter() {
    String shuffled =
        """
        {"docId":"a","records":[%s,{"version":"1","payload":{"data":{"text":"x"},"encoding":"json",\
        "kind":"since"},"kind":"entry"}],"currentMeta":%s}
        """
            .formatted(RECORD, META);
    runWith(
            "\r\n\n  \n" + shuffled.strip() + "\r\n" + line("b", META, RECORD),
            "load",
            store,
            "--format",
            2)
        .done();
    assertThat(dump()).containsExactly(line("a", META, RECORD, ENTRY), line("b", META, RECORD));
  }

  @Test
  void membersAndNumbersOfMetadataStayAsTheyAre() {
    String meta = META.replace("\"schemaHash\":\"\"", "\"b\":1.0,\"schemaHash\":\"\",\"a\":[1e2]");
    String line = line("a", meta, "{\"kind\":\"meta\",\"meta\":" + meta + "}");
    runWith(line, "load", store, "--format", 2).done();
    assertThat(dump()).containsExactly(line);
  }

  @Test
  void loneSurrogatesSurviveInTextAndAreRefusedInIds() {
    String text = ENTRY.replace("\"x\"", "\"\\ud800 \\udc00 \uD83D\uDE00 \\u0000\"");
    String line = line("a", META, RECORD, text);
    runWith(line, "load", store, "--format", 2).done();
    assertThat(dump()).containsExactly(line);
    String id = line.replace("\"docId\":\"a\"", "\"docId\":\"a\\ud800\"");
    assertThat(runWith(id, "load", store).failure()).contains("line 1", "surrogate");
  }

  @Test
  void aLineThatIsLongerThanAnyBufferIsLoaded() {
    String text = ENTRY.replace("\"x\"", "\"" + "é".repeat(300_000) + "\"");
    String line = line("a", META, RECORD, text, ENTRY);
    runWith(line, "load", store, "--format", 2).done();
    assertThat(dump()).containsExactly(line);
  }

  @Test
  void aGzippedDumpIsLoadedAndOneThatIsCutOffIsAFailure() throws IOException {
    String line = line("a", META, RECORD, ENTRY);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write((line + "\n" + line.replace("\"a\"", "\"b\"") + "\n").getBytes(UTF_8));
    }
    runWith(bytes.toByteArray(), "load", store, "--format", 2).done();
    assertThat(dump()).hasSize(2).contains(line);
    byte[] cut = Arrays.copyOf(bytes.toByteArray(), bytes.size() - 20);
    Path other = directory.resolve("other.db");
    assertThat(runWith(cut, "load", other).failure()).contains("line ", "standard input", "ZLIB");
  }

  @ParameterizedTest
  @ValueSource(strings = {"28b52ffd", "fd377a585a00", "425a6839", "504b0304"})
  void whatIsCompressedInAnotherWayIsSaidToBe(String magic) {
    byte[] input = HexFormat.of().parseHex(magic + "00000000");
    assertThat(runWith(input, "load", store).failure())
        .contains("standard input: expected it to be plain or gzipped, found it compressed with");
  }

  @Test
  void aBombIsRefusedBeforeItFillsMemoryOrDisk() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] spaces = new byte[1 << 20];
    Arrays.fill(spaces, (byte) ' ');
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      for (long i = 0; i <= Gzip.ALWAYS_ALLOWED; i += spaces.length) {
        gzip.write(spaces);
      }
    }
    assertThat(bytes.size()).isLessThan(1 << 20);
    assertThat(runWith(bytes.toByteArray(), "load", store).failure())
        .contains("expected at most 500 bytes of each that is compressed");
  }

  @Test
  void hostileJsonIsRefusedAtOnce() {
    for (String hostile :
        List.of(
            "[".repeat(1_001) + "]".repeat(1_001),
            "[".repeat(10_000_000),
            "9".repeat(1_000_000),
            "1e" + "9".repeat(1_000_000),
            "\"" + "x".repeat(10_000_000),
            "{\"a\":".repeat(1_001))) {
      String meta = META.replaceFirst("\\{", "{\"more\":" + hostile + ",");
      long started = System.nanoTime();
      assertThat(runWith(line("a", meta, RECORD), "load", store).failure())
          .hasSizeLessThan(500)
          .contains("line 1", "no document before it");
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void whatDoesNotFitIntoMemoryIsRefusedBeforeItIsFull() throws Exception {
    String output =
        ChildJvm.start(LoadsTooMuch.class, List.of("-Xmx64m", "-XX:+UseSerialGC"), directory)
            .output();
    assertThat(output.lines())
        .satisfiesExactly(
            text -> assertThat(text).contains("line 1", "exceeds the maximum allowed"),
            name -> assertThat(name).contains("line 1", "exceeds the maximum allowed"),
            values -> assertThat(values).contains("line 1", "an object of at most"));
  }

  /** Loads, one after the other, what needs more memory than there is. */
  static final class LoadsTooMuch {

    private LoadsTooMuch() {}

    public static void main(String[] args) throws IOException {
      Path store = Path.of(args[0]).resolve("little.db");
      for (byte[] input :
          List.of(
              input("\"a\":\"", "x", 12_000),
              input("\"", "x", 12_000),
              input("\"a\":[0", ",0", 200))) {
        System.out.println(runWith(input, "load", store).failure());
      }
    }

    /** Returns the beginning of a line, which itself must not take much memory. */
    private static byte[] input(String beginning, String unit, int thousands) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
        gzip.write(("{\"docId\":\"a\",\"currentMeta\":{" + beginning).getBytes(UTF_8));
        for (int i = 0; i < thousands; i++) {
          gzip.write(unit.repeat(1_000).getBytes(UTF_8));
        }
      }
      return bytes.toByteArray();
    }
  }

  @Test
  void aDocumentThatExistsIsAnErrorUnlessItIsToBeReplaced() {
    runWith(line("a", META, RECORD, ENTRY), "load", store, "--format", 2).done();
    String other = line("b", META, RECORD) + "\n" + line("a", META, RECORD);
    assertThat(runWith(other, "load", store).failure())
        .contains("line 2", "\"a\" exists already", "--replace", "1 document before it");
    assertThat(dump()).containsExactly(line("a", META, RECORD, ENTRY), line("b", META, RECORD));
    runWith(line("a", META, RECORD), "load", store, "--replace").done();
    assertThat(dump()).containsExactly(line("a", META, RECORD), line("b", META, RECORD));
  }

  @Test
  void aNewStoreIsOfFormat1AndAnotherFormatThanIsThereIsRefused() {
    runWith(line("a", META, RECORD), "load", store).done();
    assertThat(run("stat", store, "--json").done().number("format")).isEqualTo(1);
    assertThat(runWith("", "load", store, "--format", 2).failure()).contains("other-format");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "expected an object| []",
        "expected an object| 7",
        "expected JSON| {\"docId\":",
        "expected JSON| {\"docId\":\"x\"",
        "expected JSON| {'docId':1}",
        "member records| {}",
        "expected the member docId| {\"currentMeta\":META,\"records\":[RECORD]}",
        "docId to be a string| {\"docId\":1,\"currentMeta\":META,\"records\":[RECORD]}",
        "records to be an array| {\"docId\":\"x\",\"currentMeta\":META,\"records\":{}}",
        "found \"extra\"| {\"docId\":\"x\",\"extra\":1,\"currentMeta\":META,\"records\":[RECORD]}",
        "found \"extra\"| {\"docId\":\"x\",\"currentMeta\":META,\"records\":[RECORD],\"extra\":1}",
        "currentMeta| {\"docId\":\"x\",\"records\":[RECORD]}",
        "currentMeta to be an object| {\"docId\":\"x\",\"currentMeta\":null,\"records\":[RECORD]}",
        "currentMeta| {\"docId\":\"x\",\"currentMeta\":META,\"records\":[]}",
        "currentMeta| {\"docId\":\"x\",\"currentMeta\":META,\"records\":[OTHER]}",
        "end of the line| {\"docId\":\"x\",\"currentMeta\":META,\"records\":[RECORD]} {}",
        "expected JSON| {\"docId\":\"x\",\"currentMeta\":META,\"records\":[RECORD]}}",
        "expected JSON| {\"docId\":\"x\",\"currentMeta\":META,\"records\":[RECORD",
        "expected JSON| {\"docId\":\"x\",\"docId\":\"y\",\"currentMeta\":META,\"records\":[RECORD]}",
        "record 1: | {\"docId\":\"x\",\"currentMeta\":META,\"records\":[RECORD,{\"kind\":\"x\"}]}",
        "record, an object| {\"docId\":\"x\",\"currentMeta\":META,\"records\":[RECORD,7]}",
        "found \"epoch\"| {\"docId\":\"x\",\"currentMeta\":META,\"records\":[RECORD,{\"epoch\":1}]}",
        "member version| {\"docId\":\"x\",\"currentMeta\":META,\"records\":[RECORD,NO_VERSION]}",
        "hex digits| {\"docId\":\"x\",\"currentMeta\":META,\"records\":[RECORD,BAD_HEX]}",
        "text or hex alone| {\"docId\":\"x\",\"currentMeta\":META,\"records\":[RECORD,TWO_DATA]}",
        "text or hex| {\"docId\":\"x\",\"currentMeta\":META,\"records\":[RECORD,NO_DATA]}",
        "metadata member replicaType| {\"docId\":\"x\",\"currentMeta\":{},\"records\":[RECORD]}",
      })
  void aBadLineStoresNothingOfItsDocument(String problem, String template) {
    String bad =
        template
            .replace("META", META)
            .replace("RECORD", RECORD)
            .replace("OTHER", RECORD.replace("\"schemaHash\":\"\"", "\"schemaHash\":\"1\""))
            .replace("NO_VERSION", ENTRY.replace(",\"version\":\"1\"", ""))
            .replace("BAD_HEX", ENTRY.replace("{\"text\":\"x\"}", "{\"hex\":\"abc\"}"))
            .replace("TWO_DATA", ENTRY.replace("{\"text\":", "{\"hex\":\"ab\",\"text\":"))
            .replace("NO_DATA", ENTRY.replace("{\"text\":\"x\"}", "{}"));
    String before = line("a", META, RECORD);
    String after = line("z", META, RECORD);
    String message =
        runWith(before + "\n\n" + bad + "\n" + after + "\n", "load", store, "--format", 2)
            .failure();
    assertThat(message).contains("line 3: ", "1 document before it").contains(problem);
    assertThat(dump()).containsExactly(before);
  }

  @Test
  void recordsThatBreakARuleAreABadLine() {
    String other = RECORD.replace("\"yjs\",1", "\"yjs\",2");
    String line = line("x", META.replace("\"yjs\",1", "\"yjs\",2"), RECORD, ENTRY, other);
    assertThat(runWith(line, "load", store).failure())
        .contains("line 1: ", "replicaType", "no document before it");
    assertThat(dump()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ff", "c080", "eda080", "c3"})
  void bytesThatAreNotUtf8AreABadLine(String hex) {
    String line = line("x", META, RECORD, ENTRY.replace("\"x\"", "\"%\""));
    byte[] bytes = replaced(line.getBytes(UTF_8), HexFormat.of().parseHex(hex));
    assertThat(runWith(bytes, "load", store).failure()).contains("line 1: ", "UTF-8");
    assertThat(dump()).isEmpty();
  }

  private static byte[] replaced(byte[] bytes, byte[] with) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte b : bytes) {
      if (b == '%') {
        out.writeBytes(with);
      } else {
        out.write(b);
      }
    }
    return out.toByteArray();
  }

  @Test
  void nestingBeyondTheLimitIsABadLineAndNoOverflow() {
    String deep = "[".repeat(100_000);
    String meta = META.replace("\"schemaHash\":\"\"", "\"schemaHash\":\"\",\"deep\":" + deep);
    assertThat(runWith(line("x", meta, RECORD), "load", store).failure())
        .contains("line 1: ", "expected JSON");
  }
}
