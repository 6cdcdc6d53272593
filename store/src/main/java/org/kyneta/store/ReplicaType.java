package org.kyneta.store;

import java.util.Objects;

/**
 * The kind of replica that a document's payloads are meant for, such as {@code ["yjs",1,0]}.
 *
 * @param name the replica's name, any text
 * @param major the major version, at least 0; replicas of another major version are incompatible
 * @param minor the minor version, at least 0; it does not affect compatibility
 */
public record ReplicaType(String name, int major, int minor) {

  /**
   * Checks the components.
   *
   * @throws NullPointerException if {@code name} is null
   * @throws IllegalArgumentException if a version is negative
   */
  public ReplicaType {
    Objects.requireNonNull(name, "name");
    if (major < 0 || minor < 0) {
      throw new IllegalArgumentException(
          "expected versions of at least 0, found " + major + " and " + minor);
    }
  }

  /** Returns whether both names and both major versions are equal. */
  public boolean isCompatibleWith(ReplicaType other) {
    return name.equals(other.name) && major == other.major;
  }

  /** Returns the JSON form, such as {@code ["yjs",1,0]}. */
  @Override
  public String toString() {
    return "[" + JsonValue.quote(name) + "," + major + "," + minor + "]";
  }
}
