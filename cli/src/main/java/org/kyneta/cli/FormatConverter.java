package org.kyneta.cli;

import org.kyneta.sql.Format;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a format's number. */
final class FormatConverter implements ITypeConverter<Format> {

  @Override
  public Format convert(String value) {
    return switch (value) {
      case "1" -> Format.V1;
      case "2" -> Format.V2;
      default ->
          throw new TypeConversionException("expected 1 or 2, found " + Shown.text(value, 80));
    };
  }
}
