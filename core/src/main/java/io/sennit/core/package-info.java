/** Places, errors, deadlines, keys and TLS: the words every strand uses. */
package io.sennit.core;
