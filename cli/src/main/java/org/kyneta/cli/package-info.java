/** The commands of the tool, one class each, and what they share. */
@NullMarked
package org.kyneta.cli;

import org.jspecify.annotations.NullMarked;
