/** What the original's nodes have and keep: sets of tags in files, mailboxes. */
@org.jspecify.annotations.NullMarked
package io.sennit.causal.compat;
