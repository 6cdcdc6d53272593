package org.kyneta.benchmarks.load;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Puts a relay under load; what the options are says {@link LoadOptions#USAGE}. */
final class Load {

  private Load() {}

  /** Runs what the arguments ask for; exits with 1 if anything was lost or failed. */
  public static void main(String[] arguments) {
    Path checkout = Path.of(System.getProperty("kyneta.checkout", "")).toAbsolutePath();
    PrintStream out = new PrintStream(System.out, /* autoFlush= */ true, StandardCharsets.UTF_8);
    int code = 0;
    try {
      LoadOptions options =
          LoadOptions.parse(List.of(arguments), checkout.resolve("benchmarks/target"));
      if (options.help()) {
        out.println(LoadOptions.USAGE);
      } else if (!run(options, checkout.resolveSibling("shared"), out)) {
        code = 1;
      }
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n\n" + LoadOptions.USAGE);
      code = 2;
    } catch (IllegalStateException | IOException e) {
      System.err.println(e.getMessage());
      code = 1;
    }
    System.exit(code);
  }

  private static boolean run(LoadOptions options, Path shared, PrintStream out) throws IOException {
    boolean good = true;
    for (String durability : options.durabilities()) {
      try (Site site = Site.open(options, durability, shared.resolve("traces"), offer -> true)) {
        Result result =
            switch (options.kind()) {
              case STEADY -> new SteadyRun(options, site).run(durability);
              case KILLS -> new KillsRun(options, site).run(durability);
              case HOSTILE ->
                  new HostileRun(options, site, Captures.read(shared.resolve("captures")))
                      .run(durability);
            };
        result.print(out, options.json());
        good &= result.problems().isEmpty();
      }
    }
    return good;
  }
}
