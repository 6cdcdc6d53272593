package org.kyneta.relay.document;

import org.jspecify.annotations.Nullable;
import org.kyneta.relay.replica.Merge;
import org.kyneta.relay.replica.Merge.Doubt;
import org.kyneta.relay.replica.Merge.Unchanged;
import org.kyneta.relay.replica.Replicas;
import org.kyneta.store.DocIds;
import org.kyneta.store.Position;
import org.kyneta.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What other users of the store write to one document, and who must be told. */
final class Others {

  private static final Logger LOG = LoggerFactory.getLogger(Others.class);

  /** Whoever was told another content may hold anything. */
  private static final Merge OTHER = new Unchanged(false, Doubt.ALL);

  private final Document document;
  private final Content content;
  private final Audience audience;
  private final Hub hub;

  /** How far the stream was read while somebody here had use for that; null if nobody has. */
  private volatile @Nullable Position position;

  Others(Document document, Content content, Audience audience, Hub hub) {
    this.document = document;
    this.content = content;
    this.audience = audience;
    this.hub = hub;
  }

  /** Returns how far the stream was read, for any thread; null if nobody here follows it. */
  @Nullable Position position() {
    return position;
  }

  /** Takes note of how far the stream was read. */
  void settle(boolean isServed) {
    boolean inUse = content.isLoaded() || (isServed && !audience.isEmpty());
    position = inUse ? content.position() : null;
  }

  /** Takes in what others have written, if it was not yet and somebody here follows it. */
  void changed(Position reached) {
    Position own = content.position();
    if (content.isLoaded() && own != null && own.reaches(reached)) {
      return;
    }
    if (audience.isEmpty()) {
      // Whoever asks for it next has it read anew.
      content.unload();
      hub.residents.remove(document);
      if (!content.isStored()) {
        know();
      }
    } else if (content.isLoaded()) {
      catchUp();
    } else {
      boolean unused = document.isAvailable();
    }
    audience.announce();
  }

  /** Looks up what peers are told of a document, which need not be in memory for that. */
  private void know() {
    hub.reading.acquireUninterruptibly();
    try {
      hub.store
          .currentMeta(document.id())
          .filter(meta -> Replicas.supports(meta.replicaType(), meta.syncMode()))
          .ifPresent(content::know);
    } catch (StoreException e) {
      LOG.warn(
          "document {}: cannot be announced yet: {}", DocIds.show(document.id()), e.toString());
    } finally {
      hub.reading.release();
    }
  }

  /**
   * Takes in what others have written, and tells those who follow the document here; of a document
   * that cannot be read, nothing is in memory afterwards.
   */
  void catchUp() {
    hub.reading.acquireUninterruptibly();
    News news;
    try {
      news = content.catchUp();
    } catch (RefusedException e) {
      document.refuse(e);
      return;
    } catch (RuntimeException e) {
      document.storageFailed(e);
      return;
    } finally {
      hub.reading.release();
    }
    hub.meters.foreign.increment(news.merges().size());
    for (Merge merge : news.merges()) {
      audience.relay(null, merge);
    }
    if (news.isOther()) {
      synchroniseAgain();
    }
  }

  /** Has everybody told what there is, and asked for what there is not. */
  void synchroniseAgain() {
    document.synchroniseAgain();
    audience.relay(null, OTHER);
  }
}
