/**
 * How values become bytes: MessagePack reader and writer, codecs of records and sealed families.
 */
package io.sennit.core.codec;
