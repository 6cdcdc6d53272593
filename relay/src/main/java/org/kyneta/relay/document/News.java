package org.kyneta.relay.document;

import java.util.List;
import org.kyneta.relay.replica.Merge;

/**
 * What others have written to a document, after it was taken in.
 *
 * @param merges what came of their entries, to be relayed
 * @param isOther whether the document is another than peers were told, so that they must be asked
 *     for what they have, and told what there is
 */
record News(List<Merge> merges, boolean isOther) {

  static final News NOTHING = new News(List.of(), false);
}
