package org.kyneta.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.cli.Tool.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.cli.Tool.Run;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.Payload;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;

/** Exit codes, messages and help. */
class UsageTest {

  private static final StoreMeta META =
      StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "");

  @TempDir private Path directory;
  private Path store;

  @BeforeEach
  void makeStore() {
    store = directory.resolve("store.db");
    try (SqliteStore opened = SqliteStore.open(store)) {
      opened.append("doc", StoreRecord.meta(META));
    }
  }

  private static String[] words(String line, Path directory) {
    return line.replace("DIR", directory.toString()).split(" ");
  }

  @Test
  void withoutACommandItSaysWhichThereAre() {
    Run run = run();
    assertThat(run.code()).isEqualTo(Kyneta.WRONG_USAGE);
    assertThat(run.bytes()).isEmpty();
    assertThat(run.err()).contains("Usage: kyneta", "Commands:", "demo", "verify");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo", "ls", "cat", "stat", "verify", "record", "replay", "dump", "load", "copy",
        "convert", "backup"
      })
  void everyCommandExplainsItself(String command) {
    assertThat(run(command, "--help").done().out())
        .contains("Usage: kyneta " + command, "--verbose", "Exit codes:");
    assertThat(run("help", command).done().out()).contains("Usage: kyneta " + command);
    assertThat(run("--help").done().lines())
        .anyMatch(line -> line.strip().startsWith(command + " "));
  }

  @Test
  void theVersionNamesWhatRuns() {
    assertThat(run("--version").done().out()).matches("kyneta .+ \\(SQLite 3\\.\\S+, Java .+\\)\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lss DIR/store.db| did you mean",
        "ls| STORE",
        "ls DIR/store.db extra| extra",
        "ls DIR/store.db --unknown| --unknown",
        "ls DIR/store.db --json-id --prefix x| --prefix",
        "cat DIR/store.db| DOC",
        "cat DIR/store.db doc --from -1| --from",
        "cat DIR/store.db doc --from x| --from",
        "cat DIR/store.db doc --json-id| DOC",
        "cat DIR/store.db 7 --json-id| expected a JSON string literal",
        "cat DIR/store.db \"\\ud800\" --json-id| surrogate",
        "stat DIR/store.db --largest -1| --largest",
        "stat DIR/store.db --tables nonsense| meta=NAME,records=NAME",
        "stat DIR/store.db --tables meta=a;b| table name",
        "stat DIR/store.db --tables meta=x,records=x| three different",
        "verify| STORE",
        "record DIR/store.db doc| --updates",
        "record DIR/store.db doc --updates - --batch 0| --batch",
        "record DIR/store.db doc --updates - --replica-type yjs| yjs/1.0",
        "record DIR/store.db doc --updates - --sync-mode none| collaborative",
        "record DIR/store.db doc --updates - --format 3| expected 1 or 2",
        "replay DIR/store.db| DOC",
        "dump| STORE",
        "load| STORE",
        "load DIR/new.db --format x| expected 1 or 2",
        "copy DIR/store.db| DST",
        "copy DIR/store.db DIR/store.db| one twice",
        "convert DIR/store.db| --format",
        "convert DIR/store.db --format 3| expected 1 or 2",
        "backup DIR/store.db| FILE",
        "demo DIR/a.db DIR/b.db| b.db",
      })
  void wrongUsageIsSaidInOneLine(String line, String expected) {
    assertThat(run((Object[]) words(line, directory)).misuse())
        .startsWith("kyneta")
        .contains(expected)
        .endsWith("--help)");
    assertThat(directory.toFile().list()).containsExactly("store.db");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ls DIR/none.db| expected a database file, found none",
        "ls DIR| found a directory",
        "ls DIR/text| another kind of file",
        "cat DIR/store.db none| no document \"none\"",
        "stat DIR/store.db --tables meta=app_meta| not-a-store",
        "verify DIR/none.db| found none",
        "replay DIR/store.db none| no document",
        "dump DIR/none.db| found none",
        "load DIR/none/new.db| expected a directory",
        "copy DIR/none.db DIR/new.db| found none",
        "convert DIR/none.db --format 2| found none",
        "convert DIR/text --format 2| another kind of file",
        "backup DIR/store.db DIR/text| exists",
        "backup DIR/store.db DIR/none/x| expected a directory",
        "demo DIR/store.db| exists",
        "demo DIR/none/new.db| expected a directory",
      })
  void aFailureIsSaidInOneLineAndCreatesNothing(String line, String expected) throws IOException {
    Files.writeString(directory.resolve("text"), "text ".repeat(1_000));
    assertThat(run((Object[]) words(line, directory)).failure())
        .startsWith("kyneta: ")
        .contains(expected);
    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("store.db", "text");
  }

  @Test
  void whereAnErrorCameFromIsShownOnDemand() {
    Run run = run("cat", store, "none", "--verbose");
    assertThat(run.code()).isEqualTo(Kyneta.FAILED);
    assertThat(run.err().lines()).hasSizeGreaterThan(3);
    assertThat(run.err()).contains("at org.kyneta.cli");
  }

  @Test
  void nothingThatIsShownActsUponATerminal() {
    String evil = "\u001b[2J\n\u009b2J\u202E\u0000";
    try (SqliteStore opened = SqliteStore.open(store)) {
      opened.append(evil, StoreRecord.meta(META));
      opened.append(
          evil, StoreRecord.entry(Payload.json(Payload.Kind.SINCE, evil).withLineage(evil), evil));
    }
    String literal = "\"\\u001b[2J\\n\\u009b2J\\u202e\\u0000\"";
    assertThat(run("ls", store).done().lines()).containsExactly(literal, "\"doc\"");
    assertThat(run("cat", store, literal, "--json-id").done().lines())
        .hasSize(2)
        .anyMatch(line -> line.contains(literal));
    String all =
        run("cat", store, literal, "--json-id").out()
            + run("stat", store).done().out()
            + run("cat", store, evil.replace("\0", "x")).err()
            + run("cat", store, "x", "--tables", evil.replace("\0", "")).err()
            + run("cat", evil.replace("\0", ""), "x").err()
            + run(evil.replace("\0", "")).err()
            + run("replay", store, literal, "--json-id").err();
    assertThat(all.replace("\n", "").chars())
        .noneMatch(c -> Character.isISOControl(c) || c == '\u202E');
  }

  @Test
  void anIdThatCannotBeTypedIsGivenAsJson() {
    try (SqliteStore opened = SqliteStore.open(store)) {
      opened.append("a\0b", StoreRecord.meta(META));
      opened.append("\"", StoreRecord.meta(META));
    }
    assertThat(run("cat", store, "\"a\\u0000b\"", "--json-id").done().lines()).hasSize(1);
    assertThat(run("cat", store, "\"").done().lines()).hasSize(1);
    assertThat(run("ls", store, "--prefix", "\"a\\u0000\"", "--json-id").done().lines())
        .containsExactly("\"a\\u0000b\"");
  }

  @Test
  void outputThatCannotBeWrittenIsAFailureUnlessNobodyReadsIt() {
    assertThat(runInto("No space left on device").failure())
        .contains("standard output: No space left on device");
    Run unread = runInto("Broken pipe");
    assertThat(unread.code()).isEqualTo(Kyneta.FAILED);
    assertThat(unread.err()).isEmpty();
  }

  private Run runInto(String problem) {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(problem);
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Streams streams = new Streams(InputStream.nullInputStream(), broken, err, false, false);
    int code = Kyneta.run(streams, "dump", store.toString());
    return new Run(code, new byte[0], err.toString(UTF_8));
  }
}
