package org.kyneta.relay.wire;

/** The keys of the protocol's maps, numbered so that a bit can stand for each. */
final class Key {

  /** There is no further key. */
  static final int END = -1;

  /** A key that the protocol does not know, or not yet. */
  static final int OTHER = 0;

  static final int T = 1;
  static final int ID = 2;
  static final int N = 3;
  static final int Y = 4;
  static final int F = 5;
  static final int PV = 6;
  static final int DOCS = 7;
  static final int D = 8;
  static final int A = 9;
  static final int RT = 10;
  static final int MS = 11;
  static final int SH = 12;
  static final int SHX = 13;
  static final int SA = 14;
  static final int SHS = 15;
  static final int DOC = 16;
  static final int DX = 17;
  static final int V = 18;
  static final int R = 19;
  static final int PK = 20;
  static final int PE = 21;
  static final int LN = 22;

  private Key() {}

  /** Returns the key of a UTF-8 text of at most four bytes. */
  static int of(byte[] bytes, int from, int length) {
    int packed = 0;
    for (int i = 0; i < length; i++) {
      packed = packed << 8 | (bytes[from + i] & 0xff);
    }
    // A text that begins with U+0000 packs like the one without it.
    return length > 0 && bytes[from] == 0 ? OTHER : of(packed);
  }

  private static int of(int packed) {
    return switch (packed) {
      case 't' -> T;
      case 'i' << 8 | 'd' -> ID;
      case 'n' -> N;
      case 'y' -> Y;
      case 'f' -> F;
      case 'p' << 8 | 'v' -> PV;
      case 'd' << 24 | 'o' << 16 | 'c' << 8 | 's' -> DOCS;
      case 'd' -> D;
      case 'a' -> A;
      case 'r' << 8 | 't' -> RT;
      case 'm' << 8 | 's' -> MS;
      case 's' << 8 | 'h' -> SH;
      case 's' << 16 | 'h' << 8 | 'x' -> SHX;
      case 's' << 8 | 'a' -> SA;
      case 's' << 16 | 'h' << 8 | 's' -> SHS;
      case 'd' << 16 | 'o' << 8 | 'c' -> DOC;
      case 'd' << 8 | 'x' -> DX;
      case 'v' -> V;
      case 'r' -> R;
      case 'p' << 8 | 'k' -> PK;
      case 'p' << 8 | 'e' -> PE;
      case 'l' << 8 | 'n' -> LN;
      default -> OTHER;
    };
  }
}
