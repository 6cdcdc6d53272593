package org.kyneta.cli;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Json;
import org.kyneta.store.DocIds;
import org.kyneta.store.JsonValue.JsonString;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The store and the document in it that a command works on. */
final class DocArgument {

  @Mixin private final StoreArgument store = new StoreArgument();

  @Parameters(index = "1", paramLabel = "DOC", description = "The id of the document.")
  @SuppressWarnings("NullAway.Init")
  private String doc;

  @Option(
      names = "--json-id",
      description =
          "DOC is a JSON string literal, such as '\"a\\u0000b\"': for ids that cannot be typed.")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  StoreArgument store() {
    return store;
  }

  /** Returns the id. */
  String id() {
    return parse(doc, json, "DOC", spec);
  }

  /**
   * Returns what an argument stands for.
   *
   * @throws ParameterException if it is no id
   */
  static String parse(String argument, boolean json, String label, @Nullable CommandSpec spec) {
    try {
      requireExact(argument);
      String id = json ? literal(argument) : argument;
      if (!DocIds.isWellFormed(id)) {
        throw new IllegalArgumentException("expected well-formed Unicode, found a lone surrogate");
      }
      return id;
    } catch (IllegalArgumentException e) {
      String message = label + ": " + e.getMessage();
      if (spec == null) {
        throw new Failure(message, e);
      }
      throw new ParameterException(spec.commandLine(), message, e);
    }
  }

  private static String literal(String argument) {
    if (Json.parse(argument) instanceof JsonString(String id)) {
      return id;
    }
    throw new IllegalArgumentException("expected a JSON string literal, found another JSON value");
  }

  /** Under a locale that knows ASCII alone, Java hands over other characters as something else. */
  private static void requireExact(String argument) {
    String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
    boolean exact =
        Charset.isSupported(encoding) && Charset.forName(encoding).equals(StandardCharsets.UTF_8);
    if (!exact && argument.chars().anyMatch(c -> c > 0x7f)) {
      throw new IllegalArgumentException(
          "expected ASCII, since the locale's encoding is %s, found other characters; set LC_ALL=C.UTF-8, or use --json-id and escapes"
              .formatted(encoding));
    }
  }
}
