package org.kyneta.relay;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides which requests become connections. */
final class Gate {

  private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
  private static final String BEARER = "bearer ";
  private static final Pattern LOCAL =
      Pattern.compile("https?://(localhost|127\\.[0-9.]+|\\[::1])(:[0-9]+)?");

  private final byte @Nullable [] tokenDigest;
  private final Predicate<String> origins;
  private final Policy policy;

  /**
   * Makes a gate.
   *
   * @param token the token that is asked for, or null for none
   * @param origins decides which web pages may connect, by their origin in small letters
   * @param policy decides about the rest
   */
  Gate(@Nullable String token, Predicate<String> origins, Policy policy) {
    this.tokenDigest = token == null ? null : digest(token);
    this.origins = origins;
    this.policy = policy;
  }

  /**
   * What was decided.
   *
   * @param access what the connection may do, or null if there will be none
   * @param status the HTTP status that says why not
   * @param reason why not, in a word, for counting
   */
  record Decision(@Nullable Access access, int status, String reason) {

    private static Decision no(int status, String reason) {
      return new Decision(null, status, reason);
    }
  }

  /** Decides about a request for a connection. */
  Decision decide(Request request) {
    String token = token(request);
    if (!hasToken(token)) {
      return Decision.no(HttpStatus.UNAUTHORIZED_401, "token");
    }
    String origin = request.getHeaders().get(HttpHeader.ORIGIN);
    // Only browsers send an origin, and they always do.
    if (origin != null && !origins.test(origin.toLowerCase(Locale.ROOT))) {
      return Decision.no(HttpStatus.FORBIDDEN_403, "origin");
    }
    Access access = admitted(request, token);
    return access == null
        ? Decision.no(HttpStatus.FORBIDDEN_403, "policy")
        : new Decision(access, HttpStatus.SWITCHING_PROTOCOLS_101, "");
  }

  /** Returns whether an origin is a page of this machine. */
  static boolean isLocal(String origin) {
    return LOCAL.matcher(origin).matches();
  }

  private @Nullable Access admitted(Request request, @Nullable String token) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (HttpField field : request.getHeaders()) {
      headers.put(
          field.getName().toLowerCase(Locale.ROOT),
          request.getHeaders().getValuesList(field.getName()));
    }
    ConnectionRequest asked =
        new ConnectionRequest(
            request.getHttpURI().getPath(),
            headers,
            token,
            request.getConnectionMetaData().getRemoteSocketAddress());
    try {
      return policy.admit(asked).orElse(null);
    } catch (RuntimeException e) {
      LOG.error("a policy has failed, which is taken for a no", e);
      return null;
    }
  }

  /** Returns whether a request carries the token, if one is asked for. */
  boolean hasToken(Request request) {
    return hasToken(token(request));
  }

  private boolean hasToken(@Nullable String token) {
    // Digests are compared, so that the time tells nothing about the token, not even its length.
    return tokenDigest == null
        || (token != null && MessageDigest.isEqual(tokenDigest, digest(token)));
  }

  private static @Nullable String token(Request request) {
    String authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
    if (authorization != null
        && authorization.regionMatches(/* ignoreCase= */ true, 0, BEARER, 0, BEARER.length())) {
      return authorization.substring(BEARER.length()).strip();
    }
    String query = request.getHttpURI().getQuery();
    return query == null ? null : parameter(query).orElse(null);
  }

  private static Optional<String> parameter(String query) {
    for (String pair : query.split("&", -1)) {
      if (pair.startsWith("token=")) {
        try {
          return Optional.of(
              URLDecoder.decode(pair.substring("token=".length()), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
