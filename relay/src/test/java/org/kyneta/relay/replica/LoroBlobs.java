package org.kyneta.relay.replica;

import java.util.List;

/** What Loro might write, for tests of other packages. */
public final class LoroBlobs {

  private LoroBlobs() {}

  /** Returns an update with the operations of a peer from one counter up to another. */
  public static byte[] blob(long peer, int start, int end) {
    return LoroBlob.of(List.of(LoroReplicaTest.block(peer, start, end, 0)));
  }

  /** Returns the version after the operations of two peers. */
  public static String version(long one, int counter, long other, int otherCounter) {
    LoroVersion version = new LoroVersion();
    version.raise(one, counter);
    version.raise(other, otherCounter);
    return version.toString();
  }
}
