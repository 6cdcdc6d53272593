package org.kyneta.cli;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import javax.sql.DataSource;
import org.kyneta.postgres.PostgresLease;
import org.kyneta.postgres.PostgresOptions;
import org.kyneta.postgres.PostgresOptions.SchemaMode;
import org.kyneta.postgres.PostgresStore;
import org.kyneta.sql.TableNames;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.IncompatibleFormatException.Reason;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreException;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A store in the tables of a PostgreSQL database.
 *
 * @param address the database
 */
record StoreServer(PostgresAddress address) implements StoreLocation {

  /** A command reads one document at a time, and may list, write and read back beside it. */
  private static final int COMMAND_CONNECTIONS = 6;

  /** A relay loads many documents at once; servers take a hundred connections by default. */
  private static final int SERVE_CONNECTIONS = 16;

  private static final int PATIENCE_MILLIS = 10_000;

  private static final String VERIFIED =
      "; off loopback, connections are encrypted and verified unless the address has sslmode=…, and"
          + " sslrootcert=… names the certificates to trust";

  static boolean isAddress(String text) {
    return PostgresAddress.isAddress(text);
  }

  static StoreServer parse(String text) {
    return new StoreServer(PostgresAddress.parse(text));
  }

  @Override
  public OpenStore openToLook(TableNames tables) {
    String name = "kyneta";
    requireReachable(name);
    HikariDataSource pool = pool(name, COMMAND_CONNECTIONS);
    try {
      PostgresOptions options = PostgresOptions.DEFAULT.withTables(tables);
      return new OpenStore(PostgresStore.open(pool, options), pool::close, OpenStore.Lease.NONE);
    } catch (RuntimeException | Error e) {
      pool.close();
      throw described(e);
    }
  }

  @Override
  public OpenStore openToWrite(Writing writing) throws IOException {
    String name = "kyneta " + writing.command();
    PGSimpleDataSource direct = requireReachable(name);
    PostgresLease lease = lease(direct, writing, name);
    HikariDataSource pool = null;
    try {
      boolean serves = writing.command().equals(ServeCommand.NAME);
      pool = pool(name, serves ? SERVE_CONNECTIONS : COMMAND_CONNECTIONS);
      return new OpenStore(open(pool, direct, writing), pool::close, new ServerLease(lease));
    } catch (RuntimeException | Error e) {
      try (lease;
          HikariDataSource _ = pool) {
        throw described(e);
      }
    }
  }

  private PostgresLease lease(PGSimpleDataSource direct, Writing writing, String name) {
    try {
      return switch (writing.sharing()) {
        case NOBODY -> PostgresLease.take(direct, writing.tables(), name);
        case WRITERS -> PostgresLease.share(direct, writing.tables(), name);
        case RELAYS -> PostgresLease.join(direct, writing.tables(), name);
      };
    } catch (StoreException e) {
      throw described(e);
    }
  }

  /** Who may not create tables can open those that are there, so these are looked for first. */
  private static PostgresStore open(HikariDataSource pool, DataSource direct, Writing writing) {
    PostgresOptions options =
        PostgresOptions.DEFAULT.withTables(writing.tables()).withLimits(writing.limits());
    try {
      return PostgresStore.open(pool, direct, options.withFormat(writing.required()));
    } catch (IncompatibleFormatException e) {
      if (e.reason() != Reason.NOT_A_STORE) {
        throw e;
      }
      return PostgresStore.open(
          pool, direct, options.withSchema(SchemaMode.CREATE).withFormat(writing.created()));
    }
  }

  /**
   * Connects once, since a pool would go on trying what cannot succeed.
   *
   * @return what gives connections that are not pooled
   */
  private PGSimpleDataSource requireReachable(String name) {
    PGSimpleDataSource source = address.source(name);
    try (Connection _ = source.getConnection()) {
      return source;
    } catch (SQLException e) {
      throw new StorageException(
          "%s: expected a connection, found: %s%s"
              .formatted(this, e.getMessage(), isAboutEncryption(e) ? VERIFIED : ""),
          e);
    }
  }

  private boolean isAboutEncryption(SQLException e) {
    boolean isRefused = String.valueOf(e.getMessage()).contains("SSL");
    for (Throwable at = e.getCause(); at != null && !isRefused; at = at.getCause()) {
      isRefused = at instanceof SSLException || at instanceof CertificateException;
    }
    return isRefused && address.isVerifiedByDefault();
  }

  private HikariDataSource pool(String name, int connections) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("kyneta");
    config.setDataSource(address.source(name));
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(PATIENCE_MILLIS);
    config.setInitializationFailTimeout(-1);
    return new HikariDataSource(config);
  }

  /** Says where it was; which statements create tables is no matter for a line. */
  private RuntimeException described(Throwable e) {
    return switch (e) {
      case IncompatibleFormatException refusal when refusal.reason() == Reason.NOT_A_STORE ->
          new Failure(
              "%s: not-a-store: expected %s, found none; load, record, copy and serve create what is missing"
                  .formatted(this, refusal.expected()),
              refusal);
      case StoreException store
          when !Objects.requireNonNullElse(store.getMessage(), "").startsWith(toString()) ->
          new Failure(this + ": " + store.getMessage(), store);
      case RuntimeException other -> other;
      case Error error -> throw error;
      default -> new IllegalStateException(e);
    };
  }

  /** The lease on a server, which is lost with its connection. */
  private record ServerLease(PostgresLease lease) implements OpenStore.Lease {

    @Override
    public void onLoss(Consumer<String> told) {
      lease.onLoss(e -> told.accept(String.valueOf(e.getMessage())));
    }

    @Override
    public void close() {
      lease.close();
    }
  }

  @Override
  public boolean isSame(StoreLocation other) {
    return other instanceof StoreServer(PostgresAddress there) && address.isSame(there);
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
