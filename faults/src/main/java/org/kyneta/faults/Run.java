package org.kyneta.faults;

import java.nio.file.Path;
import java.util.function.IntConsumer;

/**
 * One run of a fault.
 *
 * @param cycles how often it is injected, at least once
 * @param seed decides everything that can be decided
 * @param folder an empty folder, deleted afterwards
 * @param progress is told how many cycles are done
 */
public record Run(int cycles, long seed, Path folder, IntConsumer progress) {}
