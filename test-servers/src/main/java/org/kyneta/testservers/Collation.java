package org.kyneta.testservers;

/** How a database of a {@link PostgresServer} orders text unless told otherwise. */
public enum Collation {
  /** By code point: {@code "B"} before {@code "a"}. */
  C,

  /** As dictionaries in American English do: {@code "a"} before {@code "B"}. */
  EN_US
}
