package org.kyneta.relay.document;

import org.kyneta.relay.document.Meters.Drop;
import org.kyneta.store.DocIds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What peers asked of one document and was not done: counted, and said once. Not thread-safe. */
final class Drops {

  private static final Logger LOG = LoggerFactory.getLogger(Drops.class);

  private final String docId;
  private final Meters meters;
  private boolean said;

  Drops(String docId, Meters meters) {
    this.docId = docId;
    this.meters = meters;
  }

  void add(Drop reason, String what) {
    meters.dropped(reason);
    if (said) {
      LOG.debug("document {}: dropped: {}", DocIds.show(docId), what);
    } else {
      LOG.warn("document {}: dropped, and only the first time said: {}", DocIds.show(docId), what);
    }
    said = true;
  }
}
