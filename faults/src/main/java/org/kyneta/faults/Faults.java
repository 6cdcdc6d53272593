package org.kyneta.faults;

import java.util.List;

/** All faults, in the order in which the short form goes through them. */
final class Faults {

  static final List<Fault> ALL = List.of();

  private Faults() {}
}
