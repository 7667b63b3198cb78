"""Which registrations belong to which 24-bit addresses: states have blocks of addresses and prefixes of registrations.

Source: ICAO Annex 10, volume III, chapter 9 (table 9-1, blocks of addresses) and Annex 7 with its supplement
(nationality marks). Of states whose marks or blocks are not sure nothing is said here, and so nothing is warned of.
"""

from __future__ import annotations

import re

# First address, how many of its low bits are free, the marks before the dash (of registrations without one: the
# letters before the digits).
_BLOCKS = """
008000 15 ZS ZT ZU      010000 15 SU            018000 15 5A            020000 15 CN            028000 15 TS
040000 12 ET            04C000 12 5Y            064000 12 5N            06A000 10 A7            07C000 12 ST
0A0000 15 7T            0AC000 12 HK HJ         0B0000 12 CU            0D0000 15 XA XB XC      0D8000 15 YV
100000 20 RA RF         300000 18 I             340000 18 EC EM         380000 18 F             3C0000 18 D
400000 18 G M 2 ZJ VP VQ                        440000 15 OE            448000 15 OO            450000 15 LZ
458000 15 OY            460000 15 OH            468000 15 SX            470000 15 HA            478000 15 LN
480000 15 PH            488000 15 SP SN         490000 15 CS CR         498000 15 OK            4A0000 15 YR
4A8000 15 SE            4B0000 15 HB            4B8000 15 TC            4C0000 15 YU            4C8000 10 5B
4CA000 12 EI EJ         4CC000 12 TF            4D0000 10 LX            4D2000 10 9H            501C00 10 9A
502C00 10 YL            503C00 10 LY            504C00 10 ER            505C00 10 OM            506C00 10 S5
507C00 10 UK            508000 15 UR            510000 10 EW            511000 10 ES            514000 10 4L
515000 10 EY            600000 10 EK            600800 10 4K            601000 10 EX            601800 10 EZ
682000 10 JU            683000 10 UP UN         700000 12 YA            702000 12 S2 S3         704000 12 XY XZ
706000 12 9K            708000 12 RDPL          70A000 12 9N            70C000 10 A4O           70E000 12 XU
710000 15 HZ            718000 15 HL            720000 15 P             728000 15 YI            730000 15 EP
738000 15 4X            740000 15 JY            748000 15 OD            750000 15 9M            758000 15 RP
760000 15 AP            768000 15 9V            770000 15 4R            778000 15 YK            780000 18 B
7C0000 18 VH            800000 18 VT            840000 18 JA            880000 15 HS            888000 15 VN
890000 12 7O            894000 12 A9C           896000 12 A6            899000 10 B             8A0000 15 PK
A00000 20 N             C00000 18 C CF          C80000 15 ZK ZL ZM      E00000 18 LV LQ         E40000 18 PP PR PS PT PU
E80000 12 CC            E8C000 12 OB
"""
_ENTRY = re.compile(r"([0-9A-F]{6}) (\d\d)((?: [A-Z0-9]+)+)")
BLOCKS: tuple[tuple[int, int, tuple[str, ...]], ...] = tuple(
    (int(first, 16), int(first, 16) + (1 << int(bits)) - 1, tuple(marks.split()))
    for first, bits, marks in _ENTRY.findall(_BLOCKS)
)
_KNOWN_MARKS = frozenset(mark for _first, _last, marks in BLOCKS for mark in marks)
_DASHED = re.compile(r"([A-Z0-9]{1,4})-[A-Z0-9-]+")
_UNDASHED = re.compile(r"(N(?=[1-9])|HL(?=\d{4})|JA(?=\d)|YV(?=\d)|UK(?=\d{5}))[A-Z0-9]+")


def marks_of_address(icao24: str) -> tuple[str, ...]:
    """The nationality marks that go with a 24-bit address (six hexadecimal digits); none where that is not known."""
    address = int(icao24, 16)
    return next((marks for first, last, marks in BLOCKS if first <= address <= last), ())


def mark_of_registration(registration: str) -> str:
    """The nationality mark of a registration; "" where it is none we know, a military serial for instance."""
    text = registration.upper()
    found = _DASHED.fullmatch(text) or _UNDASHED.fullmatch(text)
    return found[1] if found and found[1] in _KNOWN_MARKS else ""


def contradiction(icao24: str, registration: str) -> tuple[str, ...]:
    """The marks an address asks for where the registration is another state's; nothing where they go together."""
    marks, mark = marks_of_address(icao24), mark_of_registration(registration)
    return marks if marks and mark and mark not in marks else ()
