package org.kyneta.cli;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import org.kyneta.cli.Output.OutputException;
import org.kyneta.store.StoreClosedException;
import org.kyneta.store.StoreException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line what went wrong, and chooses the exit code. */
final class Failures {

  private final PrintWriter err;

  Failures(Streams streams) {
    this.err = new PrintWriter(new OutputStreamWriter(streams.err(), StandardCharsets.UTF_8), true);
  }

  PrintWriter printer() {
    return err;
  }

  int wrongUsage(ParameterException e) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    String message = String.valueOf(e.getMessage());
    if (e instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      message += "; did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?";
    }
    err.println(
        Shown.line(Secrets.hidden("%s: %s (see %s --help)".formatted(name, message, name))));
    return Kyneta.WRONG_USAGE;
  }

  int failed(Throwable e, boolean verbose) {
    if (e instanceof OutputException output && output.isForLackOfReader()) {
      return Kyneta.FAILED;
    }
    err.println(Shown.line(Secrets.hidden("kyneta: " + describe(e))));
    if (verbose) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      err.print(Secrets.hidden(trace.toString()));
    }
    err.flush();
    return Kyneta.FAILED;
  }

  /** Returns what a person needs to know about an exception. */
  static String describe(Throwable e) {
    return switch (e) {
      case Failure failure -> String.valueOf(failure.getMessage());
      case StoreException store -> String.valueOf(store.getMessage());
      case StoreClosedException closed -> String.valueOf(closed.getMessage());
      case OutputException output -> "standard output: " + describe(causeOf(output));
      case UncheckedIOException unchecked -> describe(causeOf(unchecked));
      case NoSuchFileException file -> file.getFile() + ": no such file or directory";
      case FileAlreadyExistsException file -> file.getFile() + ": exists already";
      case AccessDeniedException file -> file.getFile() + ": permission denied";
      case FileSystemException file -> String.valueOf(file.getMessage());
      case IOException io -> String.valueOf(io.getMessage());
      case OutOfMemoryError memory ->
          "not enough memory; KYNETA_OPTS=-Xmx… gives more (" + memory.getMessage() + ")";
      default -> "internal error, please report it with the output of --verbose: " + e;
    };
  }

  /** Returns the failure of reading or writing something, which it names. */
  static Failure about(String where, IOException e) {
    String message = describe(e);
    return new Failure(message.startsWith(where) ? message : where + ": " + message, e);
  }

  /** Returns what an exception was made of, which is what there is to say about it. */
  static Throwable causeOf(Throwable e) {
    return Objects.requireNonNullElse(e.getCause(), e);
  }
}
