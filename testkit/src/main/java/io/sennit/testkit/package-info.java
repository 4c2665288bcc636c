/**
 * What Sennit's own tests share: worlds to run in, checklist rows, seeds, leak checks, house rules.
 */
@NullMarked
package io.sennit.testkit;

import org.jspecify.annotations.NullMarked;
