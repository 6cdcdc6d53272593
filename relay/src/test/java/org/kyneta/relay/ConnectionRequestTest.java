package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConnectionRequestTest {

  @Test
  void aRequestKeepsTheHeadersThatItWasMadeWith() {
    List<String> values = new ArrayList<>(List.of("first", "second"));
    Map<String, List<String>> headers = new HashMap<>(Map.of("x-team", values));
    ConnectionRequest request =
        new ConnectionRequest("/", headers, null, InetSocketAddress.createUnresolved("peer", 1));
    values.set(0, "other");
    headers.clear();
    assertThat(request.header("X-Team")).contains("first");
    assertThat(request.headers()).containsExactly(Map.entry("x-team", List.of("first", "second")));
  }
}
