package org.kyneta.relay;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.jspecify.annotations.Nullable;

/** Where what is counted and timed goes: the relay's own page, and its host's registry if any. */
final class Metrics {

  private final PrometheusMeterRegistry page =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final CompositeMeterRegistry registry = new CompositeMeterRegistry();
  private final @Nullable MeterRegistry host;

  Metrics(@Nullable MeterRegistry host) {
    this.host = host;
    registry.add(page);
    if (host != null) {
      registry.add(host);
    }
  }

  MeterRegistry registry() {
    return registry;
  }

  /** Returns all in Prometheus' text format. */
  String scrape() {
    return page.scrape();
  }

  /** Takes the relay's metrics out of its host's registry, which goes on without them. */
  void close() {
    if (host != null) {
      for (Meter meter : registry.getMeters()) {
        host.remove(meter.getId());
      }
      registry.remove(host);
    }
    registry.close();
  }
}
