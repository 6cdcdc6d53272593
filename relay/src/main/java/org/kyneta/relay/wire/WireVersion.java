package org.kyneta.relay.wire;

/** A version of the wire, as the first byte of every frame names it. */
public enum WireVersion {
  /** What clients of 1.5.0 speak. */
  V1(1, 6, 10),
  /** What clients of 2.3.2 and later speak. */
  V3(3, 10, 8);

  private final int number;
  private final int headerSize;
  private final int fragmentSize;

  WireVersion(int number, int headerSize, int fragmentSize) {
    this.number = number;
    this.headerSize = headerSize;
    this.fragmentSize = fragmentSize;
  }

  /** Returns the number that stands in frames. */
  public int number() {
    return number;
  }

  /** How many bytes precede the payload of every frame. */
  int headerSize() {
    return headerSize;
  }

  /** How many bytes a fragment has between the header and its chunk. */
  int fragmentSize() {
    return fragmentSize;
  }

  static WireVersion of(int number) throws WireException {
    return switch (number) {
      case 1 -> V1;
      case 3 -> V3;
      default ->
          throw new WireException(
              WireException.Reason.VERSION, "frame: expected wire version 1 or 3, found " + number);
    };
  }
}
