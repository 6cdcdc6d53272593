package org.kyneta.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** One command of the tool. */
abstract class Subcommand implements Callable<Integer> {

  @ParentCommand private @Nullable Kyneta kyneta;

  @Spec private @Nullable CommandSpec spec;

  /** Does what was asked for. */
  abstract int run();

  @Override
  public final Integer call() {
    return run();
  }

  final Streams streams() {
    return Objects.requireNonNull(kyneta).streams();
  }

  final Output out() {
    return Objects.requireNonNull(kyneta).out();
  }

  /** Returns a bar on standard error, which shows nothing unless that is a terminal. */
  final ProgressLine progress(String task, String units) {
    return new ProgressLine(streams(), task, units);
  }

  final ParameterException wrongUsage(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }
}
