/** What threads share with loops, under every order that memory allows; by jcstress. */
package io.sennit.stress;
