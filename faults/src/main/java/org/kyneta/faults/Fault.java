package org.kyneta.faults;

import java.io.IOException;
import java.util.List;

/** One kind of fault: how it is injected, and what must have survived it. */
public interface Fault {

  /** Returns the name by which it is asked for, such as {@code kill}. */
  String name();

  /** Returns in one line what is done. */
  String summary();

  /** Returns how many cycles the short form has, and how many the long one. */
  Cycles cycles();

  /**
   * Injects it into what we promise to survive it.
   *
   * @throws SkippedException if this machine lacks what it takes
   * @throws IOException if something other than what is tested has failed
   */
  Tally run(Run run) throws IOException, InterruptedException;

  /**
   * Returns the same done to what does not survive it, such as a weaker durability: each must find
   * something, or the fault proves nothing.
   */
  List<Control> controls();

  /**
   * How often a fault is injected.
   *
   * @param shortForm by the short form; 0 if it takes too long for that
   * @param longForm by the long form
   */
  record Cycles(int shortForm, int longForm) {}

  /**
   * What must find something.
   *
   * @param name what is weaker about it
   * @param cycles after how many cycles it should have found something, in both forms
   */
  record Control(String name, int cycles, Injection injection) {}

  /** Injects a fault. */
  @FunctionalInterface
  interface Injection {
    Tally run(Run run) throws IOException, InterruptedException;
  }
}
