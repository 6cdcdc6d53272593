package org.kyneta.relay.document;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.replica.Replicas;
import org.kyneta.store.CorruptDataException;
import org.kyneta.store.Position;
import org.kyneta.store.SharedStore;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StreamView;

/**
 * A stream that others write to as well. It knows how far it was read, and is added to only there.
 */
final class SharedStream implements Stream {

  private final String docId;
  private final Neighbours neighbours;
  private final SharedStore store;
  private final Replicas replicas;
  private final Compactor compactor;

  /** Read by other threads, which compare it with where the stream ends. */
  private volatile Position position = Position.ABSENT;

  SharedStream(String docId, Neighbours neighbours, Replicas replicas) {
    this.docId = docId;
    this.neighbours = neighbours;
    this.store = neighbours.store();
    this.replicas = replicas;
    this.compactor = new Compactor(store, replicas);
  }

  /** Returns how far the stream was read. */
  Position position() {
    return position;
  }

  /** What is done with a stream, or its end, before its position is taken for this one's. */
  @FunctionalInterface
  interface Reading<T> {
    T read(StreamView view) throws RefusedException;
  }

  /**
   * Reads what follows a position, and moves on to behind it.
   *
   * @throws RefusedException if it cannot be read whole
   */
  <T> T read(Position known, Reading<T> reading) throws RefusedException {
    try (StreamView view = store.read(docId, known)) {
      T result = reading.read(view);
      position = view.end();
      return result;
    } catch (CorruptDataException e) {
      throw new RefusedException(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public Optional<Stored> read() throws RefusedException {
    return read(Position.ABSENT, this::whole);
  }

  /** Reads the document from a view of its whole stream; empty if there is none. */
  Optional<Stored> whole(StreamView view) throws RefusedException {
    StoreMeta meta = view.meta();
    return meta == null
        ? Optional.empty()
        : Optional.of(Stored.read(view.records(), docId, meta, replicas));
  }

  @Override
  public Saved append(List<StoreRecord> records, boolean inOrder) {
    Position before = position;
    if (inOrder || before.equals(Position.ABSENT)) {
      Optional<Position> reached = store.appendAt(docId, records, before);
      reached.ifPresent(this::moved);
      return reached.isPresent() ? Saved.DONE : Saved.NOT;
    }
    Position reached = store.appendAnywhere(docId, records);
    if (reached.equals(new Position(before.stream(), before.lastSeq() + records.size()))) {
      moved(reached);
      return Saved.DONE;
    }
    neighbours.publish(docId, reached);
    return Saved.BEHIND_OTHERS;
  }

  private void moved(Position reached) {
    position = reached;
    neighbours.publish(docId, reached);
  }

  /**
   * {@inheritDoc}
   *
   * <p>The position that was read together with the stream stands for its head: it costs nothing,
   * and says of the new stream that it need not be read again. Others are not told, as the content
   * is the same: they find out when they compare positions, or write.
   */
  @Override
  public Compactor.@Nullable Result compact() throws RefusedException {
    AtomicReference<@Nullable Position> replaced = new AtomicReference<>();
    Position before = position;
    Compactor.@Nullable Result result = null;
    Position end;
    Optional<Stored> stored;
    try (StreamView view = store.read(docId, Position.ABSENT)) {
      end = view.end();
      stored = whole(view);
    } catch (CorruptDataException e) {
      throw new RefusedException(String.valueOf(e.getMessage()), e);
    }
    if (stored.isPresent()) {
      result =
          compactor.compact(
              docId,
              stored.get(),
              records -> replaced.set(store.replaceAt(docId, records, end).orElse(null)));
    }
    Position after = replaced.get();
    if (after != null && end.equals(before)) {
      position = after;
    }
    return result;
  }
}
