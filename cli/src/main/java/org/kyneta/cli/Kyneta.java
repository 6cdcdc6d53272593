package org.kyneta.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.kyneta.cli.Output.OutputException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command-line tool: what all commands have in common, and where a run begins and ends. */
@Command(
    name = "kyneta",
    header = "Looks into record stores of local-first documents, moves them, and checks them.",
    description = {
      "",
      "Begin with kyneta demo. kyneta COMMAND --help explains a command, which needs no manual."
    },
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed, or something is wrong with the store", "2:wrong usage"},
    parameterListHeading = "%n",
    optionListHeading = "%n",
    commandListHeading = "%nCommands:%n",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ServeCommand.class,
      DemoCommand.class,
      LsCommand.class,
      CatCommand.class,
      StatCommand.class,
      VerifyCommand.class,
      RecordCommand.class,
      ReplayCommand.class,
      DumpCommand.class,
      LoadCommand.class,
      CopyCommand.class,
      CompactCommand.class,
      ConvertCommand.class,
      BackupCommand.class,
      ChecksumCommand.class,
      SalvageCommand.class,
      HelpCommand.class
    })
public final class Kyneta implements Callable<Integer> {

  static final int DONE = 0;
  static final int FAILED = 1;
  static final int WRONG_USAGE = 2;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show where in the program an error came from.")
  private boolean verbose;

  @Spec private @Nullable CommandSpec spec;

  private final Streams streams;
  private final Output out;

  private Kyneta(Streams streams) {
    this.streams = streams;
    this.out = new Output(streams.out());
  }

  /** Runs the tool and ends the process with its exit code. */
  public static void main(String[] args) {
    // Numbers look the same wherever the tool runs.
    Locale.setDefault(Locale.ROOT);
    System.exit(run(Streams.ofProcess(), args));
  }

  /** Runs the tool and returns its exit code. */
  static int run(Streams streams, String... args) {
    Kyneta kyneta = new Kyneta(streams);
    Failures failures = new Failures(streams);
    CommandLine commandLine = new CommandLine(kyneta);
    commandLine.setOut(kyneta.out.printer());
    commandLine.setErr(failures.printer());
    commandLine.setParameterExceptionHandler((e, args1) -> failures.wrongUsage(e));
    commandLine.setExecutionExceptionHandler(
        (e, command, parsed) -> failures.failed(e, kyneta.verbose));
    int code;
    try {
      code = commandLine.execute(args);
    } catch (RuntimeException | Error e) {
      code = failures.failed(e, kyneta.verbose);
    }
    try {
      kyneta.out.flush();
    } catch (OutputException e) {
      code = failures.failed(e, kyneta.verbose);
    }
    return code;
  }

  Streams streams() {
    return streams;
  }

  Output out() {
    return out;
  }

  /** Without a command there is nothing to do but to say which there are. */
  @Override
  public Integer call() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getErr());
    }
    return WRONG_USAGE;
  }
}
