package org.kyneta.store;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The content of an entry, opaque to every store.
 *
 * <p>What {@code data} is does not depend on {@code encoding}: bytes under {@link Encoding#JSON}
 * and text under {@link Encoding#BINARY} are both legal and kept as they are.
 *
 * @param kind whether this is a whole image or a change
 * @param encoding how the data is meant to be read
 * @param data text or bytes
 * @param lineage the identity of the history that this belongs to, or null if it has none
 */
public record Payload(Kind kind, Encoding encoding, Data data, @Nullable String lineage) {

  /**
   * Checks the components.
   *
   * @throws NullPointerException if one other than {@code lineage} is null
   */
  public Payload {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(encoding, "encoding");
    Objects.requireNonNull(data, "data");
  }

  /**
   * Returns a payload of bytes in binary encoding, without a lineage. The array is not copied.
   *
   * @throws NullPointerException if an argument is null
   */
  public static Payload binary(Kind kind, byte[] bytes) {
    return new Payload(kind, Encoding.BINARY, new Bytes(bytes), null);
  }

  /**
   * Returns a payload of text in JSON encoding, without a lineage. Whether the text is JSON is not
   * looked at.
   *
   * @throws NullPointerException if an argument is null
   */
  public static Payload json(Kind kind, String text) {
    return new Payload(kind, Encoding.JSON, new Text(text), null);
  }

  /**
   * Returns this payload as part of a history.
   *
   * @throws NullPointerException if the lineage is null
   */
  public Payload withLineage(String newLineage) {
    return new Payload(kind, encoding, data, Objects.requireNonNull(newLineage, "newLineage"));
  }

  /** Whether a payload stands alone. */
  public enum Kind {
    /** The whole document. */
    ENTIRETY("entirety"),
    /** A change to what came before. */
    SINCE("since");

    private final String jsonName;

    Kind(String jsonName) {
      this.jsonName = jsonName;
    }

    /** Returns the name used in stored records. */
    public String jsonName() {
      return jsonName;
    }
  }

  /** How a payload's data is meant to be read. */
  public enum Encoding {
    /** As JSON text. */
    JSON("json"),
    /** As bytes. */
    BINARY("binary");

    private final String jsonName;

    Encoding(String jsonName) {
      this.jsonName = jsonName;
    }

    /** Returns the name used in stored records. */
    public String jsonName() {
      return jsonName;
    }
  }

  /** A payload's data. */
  public sealed interface Data {}

  /**
   * Data that is text.
   *
   * @param text any text; unpaired surrogates survive
   */
  public record Text(String text) implements Data {

    /**
     * Checks the text.
     *
     * @throws NullPointerException if it is null
     */
    public Text {
      Objects.requireNonNull(text, "text");
    }

    /** Says how long the text is, and not what it holds. */
    @Override
    public String toString() {
      return "Text[" + text.length() + " characters]";
    }
  }

  /**
   * Data that is bytes.
   *
   * @param bytes the array itself: it is not copied, and nobody may change it afterwards. A store
   *     has taken what it needs once the call that was given the record returns, and hands out
   *     arrays of its own.
   */
  public record Bytes(byte[] bytes) implements Data {

    /**
     * Checks the array.
     *
     * @throws NullPointerException if it is null
     */
    public Bytes {
      Objects.requireNonNull(bytes, "bytes");
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    /** Says how many bytes there are, and not what they hold. */
    @Override
    public String toString() {
      return "Bytes[" + bytes.length + "]";
    }
  }
}
