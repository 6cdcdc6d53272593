/** A back end and its test, to be copied by whoever writes one. */
@NullMarked
package org.kyneta.testkit.example;

import org.jspecify.annotations.NullMarked;
