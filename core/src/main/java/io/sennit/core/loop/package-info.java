/**
 * Small single-idea parts that engines are built from: outbox, deadline wheel, assembler, back-off.
 */
package io.sennit.core.loop;
