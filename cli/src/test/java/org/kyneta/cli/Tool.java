package org.kyneta.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.kyneta.sql.Json;
import org.kyneta.store.JsonValue;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;

/** Runs the tool within this process. */
final class Tool {

  private Tool() {}

  /** What a run has left: its exit code and what it wrote. */
  record Run(int code, byte[] bytes, String err) {

    String out() {
      return new String(bytes, UTF_8);
    }

    List<String> lines() {
      return out().lines().toList();
    }

    /** Returns the only line of output as JSON. */
    JsonObject json() {
      assertThat(lines()).hasSize(1);
      return Json.parseObject(lines().getFirst());
    }

    long number(String member) {
      JsonValue value = json().members().get(member);
      return value instanceof JsonNumber number ? Long.parseLong(number.literal()) : -1;
    }

    String text(String member) {
      return json().members().get(member) instanceof JsonString(String text) ? text : "";
    }

    /** Checks that all went well. */
    Run done() {
      assertThat(err).isEmpty();
      assertThat(code).isEqualTo(Kyneta.DONE);
      return this;
    }

    /** Checks that it failed with one line. */
    String failure() {
      assertThat(code).isEqualTo(Kyneta.FAILED);
      assertThat(err).endsWith("\n");
      assertThat(err.lines()).hasSize(1);
      return err.strip();
    }

    /** Checks that it was called wrongly, and says so in one line. */
    String misuse() {
      assertThat(code).isEqualTo(Kyneta.WRONG_USAGE);
      assertThat(bytes).isEmpty();
      assertThat(err.lines()).hasSize(1);
      return err.strip();
    }
  }

  static Run run(Object... args) {
    return runWith(new byte[0], args);
  }

  static Run runWith(String input, Object... args) {
    return runWith(input.getBytes(UTF_8), args);
  }

  static Run runWith(byte[] input, Object... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Streams streams = new Streams(new ByteArrayInputStream(input), out, err, false, false);
    String[] words = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      words[i] = args[i].toString();
    }
    int code = Kyneta.run(streams, words);
    return new Run(code, out.toByteArray(), err.toString(UTF_8));
  }
}
