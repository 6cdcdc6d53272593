package org.kyneta.relay;

import java.net.SocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The request with which a connection begins. Immutable.
 *
 * @param path the path that was asked for, without the query
 * @param headers the request's headers by their names in small letters
 * @param token the token that the request carries, or null if it carries none
 * @param remoteAddress where the request came from, which may be a proxy
 */
public record ConnectionRequest(
    String path,
    Map<String, List<String>> headers,
    @Nullable String token,
    SocketAddress remoteAddress) {

  /**
   * Copies the headers.
   *
   * @throws NullPointerException if a part of them is null
   */
  public ConnectionRequest {
    headers =
        headers.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, entry -> List.copyOf(entry.getValue())));
  }

  /** Returns the first header of a name, in whatever letters; empty if there is none. */
  public Optional<String> header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream().findFirst();
  }

  /** Says from where and for what, and shows neither headers nor the token. */
  @Override
  public String toString() {
    return "ConnectionRequest[" + path + " from " + remoteAddress + "]";
  }
}
