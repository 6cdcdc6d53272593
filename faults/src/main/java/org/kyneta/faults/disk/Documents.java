package org.kyneta.faults.disk;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.kyneta.store.StoreRecord;

/** What the documents of a store may hold after what was reported of the operations on them. */
final class Documents {

  private final Map<String, Set<List<StoreRecord>>> possible = new HashMap<>();

  private Set<List<StoreRecord>> of(String docId) {
    return possible.getOrDefault(docId, Set.of(List.of()));
  }

  private static Set<List<StoreRecord>> after(Set<List<StoreRecord>> before, Operation operation) {
    Set<List<StoreRecord>> after = new HashSet<>();
    before.forEach(stream -> operation.after(stream).ifPresent(after::add));
    return after;
  }

  /** Takes note that an operation was done; returns what is wrong about that. */
  Optional<String> done(Operation operation) {
    Set<List<StoreRecord>> after = after(of(operation.docId()), operation);
    if (after.isEmpty()) {
      return Optional.of(operation + " was done, and had to be refused");
    }
    possible.put(operation.docId(), after);
    return Optional.empty();
  }

  /** Takes note that an operation was refused; returns what is wrong about that. */
  Optional<String> refused(Operation operation) {
    Set<List<StoreRecord>> left = new HashSet<>(of(operation.docId()));
    left.removeIf(stream -> operation.after(stream).isPresent());
    if (left.isEmpty()) {
      return Optional.of(operation + " was refused, and had to be done");
    }
    possible.put(operation.docId(), left);
    return Optional.empty();
  }

  /** Takes note that an operation was done, or was not. */
  void unknown(Operation operation) {
    Set<List<StoreRecord>> either = new HashSet<>(of(operation.docId()));
    either.addAll(after(either, operation));
    possible.put(operation.docId(), either);
  }

  /** Takes note of what was read, which stays as it is; returns what is wrong about it. */
  Optional<String> read(String docId, List<StoreRecord> stream) {
    if (!of(docId).contains(stream)) {
      return Optional.of(
          "%s: expected one of %s, found %d records"
              .formatted(docId, of(docId).stream().map(List::size).toList(), stream.size()));
    }
    possible.put(docId, Set.of(stream));
    return Optional.empty();
  }

  /** Compares a whole store; returns everything that is wrong. */
  List<String> compare(Map<String, List<StoreRecord>> found) {
    Set<String> docIds = new TreeSet<>(possible.keySet());
    docIds.addAll(found.keySet());
    return docIds.stream()
        .flatMap(docId -> read(docId, found.getOrDefault(docId, List.of())).stream())
        .toList();
  }

  /** Returns the same, to be compared with another store. */
  Documents copy() {
    Documents copy = new Documents();
    copy.possible.putAll(possible);
    return copy;
  }
}
