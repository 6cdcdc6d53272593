package org.kyneta.cli;

import picocli.CommandLine.Option;

/** The choice of an output for programs. */
final class JsonOption {

  @Option(names = "--json", description = "Print JSON for programs, one value a line.")
  private boolean json;

  boolean isOn() {
    return json;
  }
}
