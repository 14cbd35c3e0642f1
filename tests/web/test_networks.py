"""From which network somebody comes, as far as it tells one from another."""

from dataclasses import replace

import pytest
from werkzeug.datastructures import Headers

from tests.fixtures.house import House
from web.phones import network, network_of

NETWORKS = {
    "203.0.113.7": "203.0.113.7/32",
    "::ffff:203.0.113.7": "203.0.113.7/32",
    "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
    "2001:db8:1:2::1": "2001:db8:1:2::/64",
    "127.0.0.1": None,
    "::1": None,
    "": None,
    "a name": None,
}


@pytest.mark.parametrize("address", NETWORKS)
def test_a_household_is_one_network_and_our_own_machine_is_none(address: str) -> None:
    assert network_of(address) == NETWORKS[address]


@pytest.mark.parametrize(
    ("proxies", "told", "expected"),
    [
        (0, ["198.51.100.1"], "203.0.113.7/32"),
        (1, ["198.51.100.1"], "198.51.100.1/32"),
        (1, ["1.1.1.1, 198.51.100.1"], "198.51.100.1/32"),
        (1, ["1.1.1.1", "198.51.100.1"], "198.51.100.1/32"),
        (2, ["1.1.1.1, 198.51.100.1, 192.0.2.9"], "198.51.100.1/32"),
        (1, [], "203.0.113.7/32"),
        (2, ["198.51.100.1"], "203.0.113.7/32"),
    ],
)
def test_only_what_our_own_proxies_add_is_believed(
    house: House, proxies: int, told: list[str], expected: str
) -> None:
    house.app.extensions["portal"] = replace(house.portal, proxies=proxies)
    headers = Headers([("X-Forwarded-For", line) for line in told])
    environ = {"REMOTE_ADDR": "203.0.113.7"}
    with house.app.test_request_context("/", headers=headers, environ_base=environ):
        assert network() == expected
