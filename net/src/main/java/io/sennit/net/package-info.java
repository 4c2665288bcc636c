/**
 * The real machine behind the SPI: event loops on platform threads, links over TCP, TLS and HTTP
 * upgrade, datagrams, names. Nothing here is for applications; they get it through {@link
 * io.sennit.core.spi.Fabric#system}.
 */
@NullMarked
package io.sennit.net;

import org.jspecify.annotations.NullMarked;
