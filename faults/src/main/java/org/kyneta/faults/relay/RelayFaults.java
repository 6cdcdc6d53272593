package org.kyneta.faults.relay;

import java.util.List;
import org.kyneta.faults.Fault;

/** Faults that are injected under a relay. */
public final class RelayFaults {

  /** All of them, in the order in which the short form goes through them. */
  public static final List<Fault> ALL =
      List.of(
          new KillFault(), new PowerFault(), new ClockFault(), new FullDiskFault(), new CutFault());

  private RelayFaults() {}
}
