/** The kit against stores that are broken on purpose: each flaw must be found by its test. */
@NullMarked
package org.kyneta.testkit.flaws;

import org.jspecify.annotations.NullMarked;
