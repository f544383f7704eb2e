"""Where a server listens."""

import socket

from roadside.errors import ServiceError

DEFAULT_ADDRESS = "127.0.0.1:50051"
"""Loopback: whoever wants the service on a network says so."""

HIGHEST_PORT = 65535


def parse_address(address: str) -> tuple[str, int]:
    """Returns host and port of ``HOST:PORT``; an IPv6 host stands in square brackets.

    gRPC itself takes port 99999 and listens on 34463.

    Raises:
        ServiceError: it is not an address.
    """
    host, colon, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not (port.isascii() and port.isdigit()) or int(port) > HIGHEST_PORT:
        raise ServiceError(f"{address}: address must be HOST:PORT with a port of 0 to {HIGHEST_PORT}, got {address!r}")
    return host, int(port)


def check_free(address: str) -> None:
    """Checks that a server can listen at ``HOST:PORT``. gRPC itself does not say why it cannot.

    Raises:
        ServiceError: the address is taken or not one of this host's.
    """
    host, port = parse_address(address)
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
            probe.listen()
    except OSError as error:
        raise ServiceError(f"{address}: wanted a free address to listen at, got: {error.strerror}") from None
