package org.kyneta.faults;

import java.util.List;
import org.kyneta.faults.disk.CrashImages;
import org.kyneta.faults.disk.IoErrors;
import org.kyneta.faults.sqlite.FullDiskFault;
import org.kyneta.faults.sqlite.KillFault;
import org.kyneta.faults.sqlite.PowerFault;

/** All faults, in the order in which the short form goes through them. */
final class Faults {

  static final List<Fault> ALL =
      List.of(
          new KillFault(),
          new PowerFault(),
          new FullDiskFault(),
          new CrashImages(),
          new IoErrors());

  private Faults() {}
}
