"""Which IP addresses belong to the public internet."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# Beyond what Python's is_global refuses.
_REFUSED_V4 = tuple(
    IPv4Network(network)
    for network in (
        "192.0.0.0/24",  # protocol assignments, among them a cloud's metadata service
        "192.88.99.0/24",  # 6to4 relays
        "168.63.129.16/32",  # Azure's platform service, reachable only from the inside
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)  # the interface's number before the IPv4 address, RFC 5214
_REFUSED_V6 = (IPv6Network("2001::/23"), IPv6Network("3fff::/20"))


def is_public_address(text: str) -> bool:
    """True for an address that any host of the internet may connect to; False for text that is none.

    An IPv6 address that carries an IPv4 one (mapped, 6to4, NAT64, Teredo, ISATAP) is as public as that one.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return _is_public_v4(address)
    carried = _carried(address)
    return all(map(_is_public_v4, carried)) if carried else _is_public_v6(address)


def _is_public_v4(address: IPv4Address) -> bool:
    ordinary = address.is_global and not address.is_multicast and not address.is_reserved
    return ordinary and not any(address in network for network in _REFUSED_V4)


def _is_public_v6(address: IPv6Address) -> bool:
    ordinary = address.is_global and address in _GLOBAL_V6 and address.scope_id is None
    if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
        ordinary = ordinary and _is_public_v4(_last_four(address))
    return ordinary and not any(address in network for network in _REFUSED_V6)


def _last_four(address: IPv6Address) -> IPv4Address:
    return IPv4Address(int(address) & 0xFFFFFFFF)


def _carried(address: IPv6Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses that packets to this address may end up at."""
    if address.ipv4_mapped:
        return (address.ipv4_mapped,)
    if address.sixtofour:
        return (address.sixtofour,)
    if address.teredo:
        return address.teredo
    if address in _NAT64:
        return (_last_four(address),)
    return ()
