package org.kyneta.faults;

/**
 * What a process that writes says of an operation, to be told to a model elsewhere.
 *
 * @param stage what has become of the operation
 */
public record Report(Stage stage, Operation operation) {

  /** What may become of an operation. */
  public enum Stage {
    /** The store is asked for it next. */
    BEGUN,
    /** The store has said that it was done. */
    DONE,
    /** The store has refused it. */
    REFUSED,
    /** The storage has failed, and the operation was not done. */
    FAILED,
    /** The store does not know. */
    UNKNOWN
  }

  /** Tells a model. */
  public void tell(Model model) {
    switch (stage) {
      case BEGUN -> model.begin(operation);
      case DONE -> model.done(operation);
      case REFUSED -> model.refused(operation);
      case FAILED -> model.failed(operation);
      case UNKNOWN -> model.unknown(operation);
    }
  }

  /** Returns it as a line of text. */
  public String toLine() {
    return stage + " " + operation.toLine();
  }

  /**
   * Reads what {@link #toLine} has written.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static Report parse(String line) {
    String[] parts = line.split(" ", 2);
    return new Report(Stage.valueOf(parts[0]), Operation.parse(parts[1]));
  }
}
