package org.kyneta.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.ssl.DefaultJavaSSLFactory;
import picocli.CommandLine.TypeConversionException;

/**
 * The address of a PostgreSQL database, as psql takes it but for passwords, which whoever lists
 * processes would see.
 *
 * @param user the user, or null for the driver's default
 * @param host the host's name or address
 * @param port the port
 * @param database the database
 * @param parameters the driver's parameters, with their values
 */
record PostgresAddress(
    @Nullable String user, String host, int port, String database, Map<String, String> parameters) {

  private static final int USUAL_PORT = 5_432;
  private static final String SYNTAX = "postgresql://USER@HOST:PORT/DATABASE";

  /** What the address says in places of their own. */
  private static final Set<String> PLACED = Set.of("PGHOST", "PGPORT", "PGDBNAME");

  /** Where the driver looks for the certificates that it trusts. */
  private static final Path ROOT_CERTIFICATES =
      Path.of(System.getProperty("user.home"), ".postgresql", "root.crt");

  /** What libpq calls otherwise than the driver. */
  private static final Map<String, String> SYNONYMS =
      Map.of("application_name", "ApplicationName", "connect_timeout", "connectTimeout");

  /** Keeps a copy. */
  PostgresAddress {
    parameters = Map.copyOf(parameters);
  }

  /** Returns whether a text is meant as an address, be it a right one. */
  static boolean isAddress(String text) {
    String start = text.toLowerCase(Locale.ROOT);
    return start.startsWith("postgresql:")
        || start.startsWith("postgres:")
        || start.startsWith("jdbc:");
  }

  /**
   * Reads an address.
   *
   * @throws TypeConversionException if it is none, or has a password in it; the message does not
   *     repeat it
   */
  static PostgresAddress parse(String text) {
    URI uri = uri(text);
    String userInfo = uri.getRawUserInfo();
    if (userInfo != null && userInfo.indexOf(':') >= 0) {
      throw password();
    }
    String path = uri.getRawPath();
    String database = path == null || path.isEmpty() ? "" : decoded(path.substring(1));
    if (database.isEmpty()) {
      throw wrong("one without a database");
    }
    String host = Objects.requireNonNullElse(uri.getHost(), "localhost");
    return new PostgresAddress(
        userInfo == null ? null : decoded(userInfo),
        host,
        uri.getPort() < 0 ? USUAL_PORT : uri.getPort(),
        database,
        parameters(uri.getRawQuery()));
  }

  private static URI uri(String text) {
    URI uri;
    try {
      uri = new URI(text);
      if (uri.getRawAuthority() != null && !uri.getRawAuthority().isEmpty()) {
        uri = uri.parseServerAuthority();
      }
    } catch (URISyntaxException e) {
      // The exception repeats the text.
      throw wrong("something else");
    }
    String scheme = Objects.requireNonNullElse(uri.getScheme(), "").toLowerCase(Locale.ROOT);
    if (!scheme.equals("postgresql") && !scheme.equals("postgres")) {
      throw wrong("one that begins with " + scheme + ":");
    }
    if (uri.isOpaque() || !text.regionMatches(scheme.length(), "://", 0, 3)) {
      throw wrong("one without //");
    }
    if (uri.getRawFragment() != null) {
      throw wrong("one with a #, which must be written as %23");
    }
    return uri;
  }

  private static Map<String, String> parameters(@Nullable String query) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (query == null || query.isEmpty()) {
      return parameters;
    }
    for (String part : query.split("&", -1)) {
      int equals = part.indexOf('=');
      if (equals < 0) {
        throw wrong("a parameter without a value");
      }
      String given = decoded(part.substring(0, equals));
      String name = SYNONYMS.getOrDefault(given, given);
      if (name.toLowerCase(Locale.ROOT).contains("password")) {
        throw password();
      }
      if (PGProperty.forName(name) == null) {
        throw wrong("the parameter " + Shown.text(given, 80) + ", which the driver does not know");
      }
      if (PLACED.contains(name)) {
        throw wrong("the parameter " + name + ", which has a place of its own");
      }
      parameters.put(name, decoded(part.substring(equals + 1)));
    }
    return parameters;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw wrong("a % that begins no byte");
    }
  }

  private static TypeConversionException wrong(String found) {
    return new TypeConversionException(
        "expected an address such as %s, found %s".formatted(SYNTAX, found));
  }

  private static TypeConversionException password() {
    return new TypeConversionException(
        "expected an address without a password, found one, which everybody sees who lists the"
            + " processes; put it into PGPASSWORD, or into the file PGPASSFILE or ~/.pgpass");
  }

  /**
   * Returns whether who answers must prove to be the host by a certificate, since the address does
   * not say otherwise, and somebody else may answer.
   */
  boolean isVerifiedByDefault() {
    return !isLoopback(host) && !parameters.containsKey(PGProperty.SSL_MODE.getName());
  }

  private static boolean isLoopback(String host) {
    return host.equalsIgnoreCase("localhost")
        || host.equals("[::1]")
        || host.matches("127\\.\\d+\\.\\d+\\.\\d+");
  }

  /**
   * Returns what gives connections. The driver itself looks into the files for a password. Off
   * loopback the server's certificate is verified, against the driver's file where it exists and
   * otherwise against what Java trusts, unless the address says otherwise.
   *
   * @param applicationName what the server is told who connects, unless the address says it
   */
  PGSimpleDataSource source(String applicationName) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {host});
    source.setPortNumbers(new int[] {port});
    source.setDatabaseName(database);
    source.setApplicationName(applicationName);
    source.setTcpKeepAlive(true);
    // Otherwise messages show the values in a row that is refused.
    source.setLogServerErrorDetail(false);
    if (isVerifiedByDefault()) {
      source.setSslMode("verify-full");
    }
    if (user != null) {
      source.setUser(user);
    }
    String password = System.getenv("PGPASSWORD");
    if (password != null && !password.isEmpty()) {
      source.setPassword(password);
    }
    parameters.forEach((name, value) -> set(source, name, value));
    if (verifiesAgainstNothing(source)) {
      source.setSslfactory(DefaultJavaSSLFactory.class.getName());
    }
    return source;
  }

  private boolean verifiesAgainstNothing(PGSimpleDataSource source) {
    String mode = Objects.requireNonNullElse(source.getSslMode(), "");
    return mode.startsWith("verify")
        && !parameters.containsKey(PGProperty.SSL_ROOT_CERT.getName())
        && !parameters.containsKey(PGProperty.SSL_FACTORY.getName())
        && !Files.exists(ROOT_CERTIFICATES);
  }

  private static void set(PGSimpleDataSource source, String name, String value) {
    try {
      source.setProperty(name, value);
    } catch (java.sql.SQLException e) {
      throw new Failure("the address's parameter " + name + ": " + e.getMessage(), e);
    }
  }

  /** Returns whether another address certainly names the same database. */
  boolean isSame(PostgresAddress other) {
    return host.equalsIgnoreCase(other.host)
        && port == other.port
        && database.equals(other.database);
  }

  /** Returns the address without its parameters. */
  @Override
  public String toString() {
    return "postgresql://%s%s:%d/%s"
        .formatted(user == null ? "" : user + "@", host, port, database);
  }
}
