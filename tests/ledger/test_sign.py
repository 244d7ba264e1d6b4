"""Signatures: published vectors, and one purpose never taken for another."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity.ledger import sign

KEY = Ed25519PrivateKey.from_private_bytes(
    bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")  # RFC 8032, 7.1, test 1
)
PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")


def test_the_encoding_is_dsses() -> None:
    assert sign.pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_a_known_key_has_a_known_id_and_signs_known_bytes() -> None:
    assert KEY.public_key().public_bytes_raw() == PUBLIC
    assert sign.key_id(PUBLIC) == "21fe31dfa154a261"
    head = sign.batch_head("GBR", 2, bytes(32))
    assert head == b'{"issuer":"GBR","root":"%b","size":2}' % (b"0" * 64)
    signed = sign.signature(KEY, sign.BATCH, head)
    assert signed == KEY.sign(b"DSSEv1 33 application/vnd.comity.batch+json 99 " + head)
    assert sign.verifies(PUBLIC, sign.BATCH, head, signed)


def test_a_signature_is_for_its_key_type_and_bytes_alone() -> None:
    signed = sign.signature(KEY, sign.BATCH, b"{}")
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    assert not sign.verifies(PUBLIC, sign.CHANNEL, b"{}", signed)
    assert not sign.verifies(PUBLIC, sign.BATCH, b"{ }", signed)
    assert not sign.verifies(other, sign.BATCH, b"{}", signed)
    assert not sign.verifies(PUBLIC, sign.BATCH, b"{}", signed[:-1])
    assert not sign.verifies(b"short", sign.BATCH, b"{}", signed)


def test_what_is_signed_of_channels_and_books() -> None:
    assert sign.channel_head("GBR", "FIN", 3, bytes(32)) == (
        b'{"hash":"%b","issuer":"GBR","recipient":"FIN","size":3}' % (b"0" * 64)
    )
    assert sign.book_head("b1", 3, bytes(32), 2**62) == (
        b'{"arrived":"4611686018427387904","book":"b1","chain":"%b","size":3}' % (b"0" * 64)
    )
