"""Makes format-v1.json, the test vectors of docs/format.md, with Python's `cryptography` (OpenSSL).

It shares no code with Kho: it is the format written down a second time, from docs/format.md.

    pip install cryptography
    python3 docs/vectors/make.py > docs/vectors/format-v1.json
"""

import hashlib
import json
import struct

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CHUNK = 65_536
HEADER = b"KHO1" + bytes([1, 16]) + bytes(10)

MASTER_KEY = bytes(range(0x00, 0x20))
VAULT_KEY = bytes(range(0x20, 0x40))
DATA_KEY = bytes(range(0x40, 0x60))
VAULT_ID = bytes.fromhex("0193a2f07b1e7c429d3a5f1e2a6b8c90")
BLOB_ID = bytes.fromhex("0193a2f07b1e7c43a1b2c3d4e5f60718")
NONCE = bytes(range(0xA0, 0xAC))


def hkdf(key, info):
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(key)


def key_id(master):
    return hashlib.sha256(master).digest()[:8]


def wrap_by_master(master, purpose, owner, plain):
    sealed = AESGCM(hkdf(master, b"kho wrapping v1")).encrypt(NONCE, plain, purpose + owner)
    return b"\x01" + key_id(master) + NONCE + sealed


def wrap_by_vault(vault_key, blob, data_key):
    return b"\x01" + NONCE + AESGCM(vault_key).encrypt(NONCE, data_key, b"kho data key v1" + blob)


def segment_key(data_key, blob, index):
    return hkdf(data_key, b"kho segment v1" + blob + struct.pack(">I", index))


def seal_segment(data_key, blob, index, plain):
    cipher = AESGCM(segment_key(data_key, blob, index))
    chunks = [plain[at : at + CHUNK] for at in range(0, len(plain), CHUNK)] or [b""]
    sealed = HEADER
    for number, chunk in enumerate(chunks):
        last = number == len(chunks) - 1
        nonce = bytes(7) + struct.pack(">I", number) + bytes([last])
        sealed += cipher.encrypt(nonce, chunk, HEADER)
    return sealed


def plain_of(length):
    """Byte i is (7 i + i // 251) mod 256: a long period, and easy to write in any language."""
    return bytes((7 * i + i // 251) % 256 for i in range(length))


def segment_vector(index, length):
    sealed = seal_segment(DATA_KEY, BLOB_ID, index, plain_of(length))
    vector = {
        "index": index,
        "plain_len": length,
        "segment_key": segment_key(DATA_KEY, BLOB_ID, index).hex(),
        "sealed_len": len(sealed),
        "sealed_sha256": hashlib.sha256(sealed).hexdigest(),
    }
    if len(sealed) <= 64:
        vector["sealed"] = sealed.hex()
    return vector


def checkpoint_vector():
    seed = hkdf(MASTER_KEY, b"kho checkpoint v1")
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    checkpoint = b"checkpoint 1"
    return {
        "seed": seed.hex(),
        "public_key": public.hex(),
        "checkpoint": checkpoint.hex(),
        "signature": private.sign(checkpoint).hex(),
    }


print(
    json.dumps(
        {
            "master_key": MASTER_KEY.hex(),
            "master_key_id": key_id(MASTER_KEY).hex(),
            "vault_id": VAULT_ID.hex(),
            "vault_key": VAULT_KEY.hex(),
            "wrapped_vault_key": wrap_by_master(MASTER_KEY, b"kho vault key v1", VAULT_ID, VAULT_KEY).hex(),
            "blob_id": BLOB_ID.hex(),
            "data_key": DATA_KEY.hex(),
            "wrapped_data_key": wrap_by_vault(VAULT_KEY, BLOB_ID, DATA_KEY).hex(),
            "secret": {
                "purpose": "smtp password",
                "plain": b"mat khau".hex(),
                "sealed": wrap_by_master(MASTER_KEY, b"kho secret v1 ", b"smtp password", b"mat khau").hex(),
            },
            "checkpoint": checkpoint_vector(),
            "segments": [
                segment_vector(0, 0),
                segment_vector(0, 3),
                segment_vector(1, 3),
                segment_vector(0, CHUNK - 1),
                segment_vector(0, CHUNK),
                segment_vector(0, CHUNK + 1),
                segment_vector(7, 2 * CHUNK),
                segment_vector(4_294_967_295, 200_000),
            ],
        },
        indent=2,
    )
)
