"""Writes trusted_setup_4096.bin from the published trusted_setup_4096.json: convert.py JSON BIN

G1 monomial, G1 Lagrange (as published, not bit-reversed): uncompressed, 96 bytes each, x then y, big-endian.
G2 monomial: compressed, 96 bytes each, as published.
"""
import json
import sys

P = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB


def uncompressed(text):
    value = int(text, 16)
    flags, x = value >> 381, value & ((1 << 381) - 1)
    assert flags & 0b110 == 0b100, text
    square = (x * x * x + 4) % P
    y = pow(square, (P + 1) // 4, P)
    assert y * y % P == square, text
    if (y > P - y) != bool(flags & 1):
        y = P - y
    return x.to_bytes(48, "big") + y.to_bytes(48, "big")


setup = json.load(open(sys.argv[1]))
with open(sys.argv[2], "wb") as out:
    for point in setup["g1_monomial"] + setup["g1_lagrange"]:
        out.write(uncompressed(point))
    for point in setup["g2_monomial"]:
        out.write(bytes.fromhex(point[2:]))
