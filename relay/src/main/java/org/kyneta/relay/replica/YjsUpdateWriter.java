package org.kyneta.relay.replica;

import java.util.ArrayList;
import java.util.List;

/** An update of the Yjs format, version 1, that is being written. */
final class YjsUpdateWriter {

  private final List<YjsSection> sections = new ArrayList<>();
  private long size;

  /** Adds the structs of a client that is not here yet; a section without structs is left out. */
  void add(YjsSection section) {
    if (!section.isEmpty()) {
      sections.add(section);
      size += section.size();
    }
  }

  /** Returns about how many bytes the structs take. */
  long size() {
    return size;
  }

  boolean hasStructs() {
    return !sections.isEmpty();
  }

  /** Returns the update, which deletes nothing. */
  byte[] toByteArray() {
    return toByteArray(new YjsDeletions());
  }

  /** Returns the update with these deletions. */
  byte[] toByteArray(YjsDeletions deletions) {
    BinaryOutput out = new BinaryOutput().unsigned(sections.size());
    for (YjsSection section : sections) {
      section.write(out);
    }
    deletions.write(out);
    return out.toByteArray();
  }
}
