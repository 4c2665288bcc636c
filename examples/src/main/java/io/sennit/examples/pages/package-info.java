/** The snippets of the pages in docs, to be compiled and run; read them there. */
@NullMarked
package io.sennit.examples.pages;

import org.jspecify.annotations.NullMarked;
