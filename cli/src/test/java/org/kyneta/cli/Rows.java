package org.kyneta.cli;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** Databases as they are, through plain JDBC. */
final class Rows {

  private Rows() {}

  static Connection connect(Path file) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + file);
  }

  static void run(Path file, String... statements) throws SQLException {
    try (Connection connection = connect(file);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Returns a table's rows, each column as its type and its bytes in hex, in the order of keys. */
  static List<String> of(Path file, String table, List<String> columns) throws SQLException {
    StringJoiner select = new StringJoiner(", ");
    for (String column : columns) {
      select.add("typeof(" + column + "), hex(CAST(" + column + " AS BLOB))");
    }
    return query(file, "SELECT %s FROM %s ORDER BY 2, 4".formatted(select, table));
  }

  static List<String> columns(Path file, String table) throws SQLException {
    return query(file, "SELECT name FROM pragma_table_info('" + table + "')");
  }

  /** Returns the rows of a query, their columns separated by bars. */
  static List<String> query(Path file, String sql) throws SQLException {
    try (Connection connection = connect(file);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> lines = new ArrayList<>();
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        StringJoiner line = new StringJoiner("|");
        for (int i = 1; i <= columns; i++) {
          line.add(String.valueOf(rows.getString(i)));
        }
        lines.add(line.toString());
      }
      return lines;
    }
  }
}
