package org.kyneta.faults;

import java.util.List;
import java.util.stream.Stream;
import org.kyneta.faults.disk.CrashImages;
import org.kyneta.faults.disk.IoErrors;
import org.kyneta.faults.disk.Settling;
import org.kyneta.faults.postgres.CancelledCommit;
import org.kyneta.faults.postgres.CutAtCommit;
import org.kyneta.faults.postgres.Failover;
import org.kyneta.faults.postgres.Patroni;
import org.kyneta.faults.postgres.Pooler;
import org.kyneta.faults.postgres.ServerKill;
import org.kyneta.faults.relay.RelayFaults;
import org.kyneta.faults.sqlite.FullDiskFault;
import org.kyneta.faults.sqlite.KillFault;
import org.kyneta.faults.sqlite.PowerFault;

/** All faults, in the order in which the short form goes through them. */
final class Faults {

  private static final List<Fault> OF_STORES =
      List.of(
          new KillFault(),
          new PowerFault(),
          new FullDiskFault(),
          new CrashImages(),
          new IoErrors(),
          new Settling(),
          new CutAtCommit(),
          new CancelledCommit(),
          new Failover(),
          new ServerKill(),
          new Pooler(),
          new Patroni());

  static final List<Fault> ALL =
      Stream.concat(OF_STORES.stream(), RelayFaults.ALL.stream()).toList();

  private Faults() {}
}
