package org.kyneta.sqlite.encrypted;

import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;
import org.kyneta.sqlite.JdbcSqliteAdapter;
import org.kyneta.sqlite.SqliteAdapter;
import org.kyneta.sqlite.SqliteBinding;
import org.kyneta.sqlite.SqliteException;
import org.sqlite.JDBC;

// @start region="binding"
/** Encrypts files, through a driver of JDBC that can. */
final class EncryptedBinding implements SqliteBinding {

  private final Properties properties = new Properties();

  EncryptedBinding(String key) {
    properties.setProperty("cipher", "sqlcipher");
    properties.setProperty("key", key);
    properties.setProperty("temp_store", "MEMORY"); // Temporary files would not be encrypted.
  }

  @Override
  public SqliteAdapter open(String address, String name) {
    try {
      var connection = new JDBC().connect("jdbc:sqlite:" + address, properties);
      return JdbcSqliteAdapter.owning(Objects.requireNonNull(connection), name);
    } catch (SQLException e) {
      throw new SqliteException(name + ": " + e.getMessage(), e.getErrorCode(), e);
    }
  }

  @Override
  public String library() {
    return "the encrypting driver";
  }

  @Override
  public boolean sharesFiles() {
    return false; // Its SQLite is 3.40.1: several connections in WAL mode could lose data.
  }
}
// @end
