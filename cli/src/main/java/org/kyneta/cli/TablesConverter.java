package org.kyneta.cli;

import org.kyneta.sql.TableNames;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads table names such as {@code meta=app_meta,records=app_records}. */
final class TablesConverter implements ITypeConverter<TableNames> {

  static final String SYNTAX = "meta=NAME,records=NAME[,marker=NAME]";

  @Override
  public TableNames convert(String value) {
    TableNames tables = TableNames.DEFAULT;
    for (String part : value.split(",", -1)) {
      int equals = part.indexOf('=');
      String key = equals < 0 ? part : part.substring(0, equals);
      String name = part.substring(equals + 1);
      try {
        tables =
            switch (key) {
              case "meta" -> tables.withMeta(name);
              case "records" -> tables.withRecords(name);
              case "marker" -> tables.withMarker(name);
              default -> throw new IllegalArgumentException("found " + Shown.text(part, 80));
            };
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("expected " + SYNTAX + ": " + e.getMessage());
      }
    }
    return tables;
  }
}
