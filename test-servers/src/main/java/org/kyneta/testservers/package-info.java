/**
 * Real database servers for tests: ordinary processes on loopback, from the programs that Debian or
 * Maven Central has, with their data in temporary folders.
 */
@NullMarked
package org.kyneta.testservers;

import org.jspecify.annotations.NullMarked;
