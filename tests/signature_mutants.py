"""Changes signed PDF files in thousands of ways, and asks `kho verify`, pyHanko and pdfsig about each.

Usage: signature_mutants.py KHO CORPUS [COUNT] [SEED]. What is known of a mutant is known from how it was made, not from any of the three:
a file whose signed bytes were changed is not intact. Exit code 1 where `kho` believes what it must not, does not answer, or panics; where
it is believed by kho alone, neither peer agreeing, it is listed.
"""

import asyncio
import collections
import concurrent.futures
import json
import logging
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

TRUST = ["--trust", "trust/test-root.pem", "--pool", "trust/test-int.pem", "--crl", "trust/crl-root_now.crl",
         "--crl", "trust/crl-int_now.crl", "--at", "2026-06-01T00:00:00Z", "--offline"]
BASES = ["g-bb-rsa2048.pdf", "g-bb-ecdsa-p256.pdf", "g-bb-rsa-pss-sha256.pdf", "g-adbe-leaf-only.pdf", "g-bt.pdf",
         "g-blt-crl.pdf", "g-docmdp2-then-fill.pdf", "g-approval-then-fill.pdf", "g-docmdp2-then-dss.pdf",
         "dss__pades-bes.pdf", "node-signpdf__signed-once.pdf"]
BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")


class Base:
    """A file with one signature, and where its parts lie."""

    def __init__(self, path):
        self.name = path.stem
        self.bytes = path.read_bytes()
        found = BYTE_RANGE.search(self.bytes)
        self.range_at = found.span()
        self.range = [int(number) for number in found.groups()]
        start, first, gap_end, last = self.range
        self.gap = (first, gap_end)
        self.end = gap_end + last


def flip(data, at, bit):
    changed = bytearray(data)
    changed[at] ^= 1 << bit
    return bytes(changed)


# Each answers the mutant and whether signed bytes, or which bytes are signed, were changed.

def flip_in_range(base, dice):
    first, gap_end = base.gap
    at = dice.choice([dice.randrange(0, first), dice.randrange(gap_end, base.end)])
    return flip(base.bytes, at, dice.randrange(8)), True


def flip_in_gap(base, dice):
    return flip(base.bytes, dice.randrange(*base.gap), dice.randrange(8)), False


def truncate(base, dice):
    return base.bytes[: dice.randrange(64, base.end - 1)], True


def edit_xref(base, dice):
    """Another digit in a cross-reference entry, a startxref, a /Prev or a /Size within what is signed."""
    places = [match for match in re.finditer(rb"\d{10} \d{5} [nf]|startxref\s+\d+|/Prev \d+|/Size \d+", base.bytes)
              if match.end() <= base.gap[0] or base.gap[1] <= match.start() and match.end() <= base.end]
    if not places:
        return flip_in_range(base, dice)
    match = dice.choice(places)
    digits = [at for at in range(*match.span()) if base.bytes[at : at + 1].isdigit()]
    at = dice.choice(digits)
    changed = bytearray(base.bytes)
    changed[at] = ord(dice.choice([digit for digit in "0123456789" if ord(digit) != changed[at]]))
    return bytes(changed), True


def move_gap(base, dice):
    """Other numbers in /ByteRange, written over the old ones: they are signed bytes themselves."""
    numbers = list(base.range)
    numbers[dice.randrange(4)] += dice.choice([-2, -1, 1, 2, 16, 512])
    text = b"/ByteRange [%s]" % b" ".join(b"%d" % max(number, 0) for number in numbers)
    start, end = base.range_at
    if len(text) > end - start:
        return flip_in_range(base, dice)
    return base.bytes[:start] + text.ljust(end - start) + base.bytes[end:], True


def swap_certificate(base, dice):
    """Another byte in a certificate of the message: another key, name or serial number."""
    first, gap_end = base.gap
    message = base.bytes[first + 1 : gap_end - 1]
    at = dice.choice([match.start() for match in re.finditer(b"3082", message[: len(message) // 2])] or [0])
    at += dice.randrange(40, 600)
    digit = message[at : at + 1]
    other = dice.choice([other for other in b"0123456789abcdef" if bytes([other]).lower() != digit.lower()])
    where = first + 1 + at
    return base.bytes[:where] + bytes([other]) + base.bytes[where + 1 :], False


def append_bytes(base, dice):
    tail = bytes(dice.randrange(256) for _ in range(dice.randrange(1, 200)))
    return base.bytes + dice.choice([tail, b"\n%" + tail, b"\n%%EOF\n", b"\n1 0 obj\n<<>>\nendobj\n"]), False


def append_revision(base, dice):
    """A later revision that takes an object's number for something else."""
    numbers = [int(number) for number in re.findall(rb"(?:^|[\r\n])(\d+) 0 obj", base.bytes)]
    previous = int(re.findall(rb"startxref\s+(\d+)", base.bytes)[-1])
    root = re.findall(rb"/Root\s+(\d+) 0 R", base.bytes)
    if not numbers or not root:
        return append_bytes(base, dice)
    number = dice.choice(numbers)
    body = dice.choice([b"<</Type/Catalog>>", b"null", b"<</Length 9>>stream\nBT (x) Tj\nendstream",
                        b"<</Type/Page/Contents 4 0 R>>", b"[]", b"(x)"])
    at = len(base.bytes) + 1
    update = b"\n%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, at)
    trailer = b"trailer\n<</Size %d/Root %s 0 R/Prev %d>>\n" % (max(numbers) + 100, root[-1], previous)
    return base.bytes + update + table + trailer + b"startxref\n%d\n%%%%EOF\n" % (len(base.bytes) + len(update)), False


WAYS = [flip_in_range, flip_in_range, flip_in_gap, truncate, edit_xref, move_gap, swap_certificate, append_bytes,
        append_revision]


def kho_says(kho, corpus, folder):
    """File name -> its report."""
    command = [kho, "verify", "--json", *TRUST, str(folder)]
    run = subprocess.run(command, cwd=corpus, capture_output=True, text=True)
    if run.returncode not in (0, 1, 2) or "panicked" in run.stderr:
        sys.exit(f"kho verify ended with {run.returncode}: {run.stderr[-2000:]}")
    reports = [json.loads(line) for line in run.stdout.splitlines()]
    return {pathlib.Path(report["file"]).name: report for report in reports}


def slowest(kho, corpus, names):
    """The slowest answer as a process of its own, of those that took longest together."""
    worst = (0.0, "")
    for name in names:
        begun = time.monotonic()
        subprocess.run([kho, "verify", "--json", *TRUST, str(name)], cwd=corpus, capture_output=True)
        worst = max(worst, (time.monotonic() - begun, name.name))
    return worst


def pyhanko_says(path):
    """Whether pyHanko finds every signature intact and valid, and no change that it forbids; None where it can't read the file."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import async_validate_pdf_signature
    logging.disable(logging.CRITICAL)
    try:
        with open(path, "rb") as file:
            reader = PdfFileReader(file, strict=False)
            statuses = [asyncio.run(async_validate_pdf_signature(signature))
                        for signature in reader.embedded_regular_signatures]
        if not statuses:
            return None
        return all(status.intact and status.valid and status.docmdp_ok is not False for status in statuses)
    except Exception:  # whatever it stumbles over, it does not say valid
        return None


def pdfsig_says(path):
    run = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, errors="replace")
    words = re.findall(r"Signature Validation: (.*)", run.stdout)
    return all(word == "Signature is Valid." for word in words) if words else None


def peers_say(path):
    return pyhanko_says(path), pdfsig_says(path)


def believes(report):
    return bool(report["signatures"]) and all(
        signature["integrity"] == "intact" and signature["cryptographic"] == "valid"
        and signature["modified_after_signing"] != "forbidden" for signature in report["signatures"])


def main():
    kho, corpus = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 5000
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    dice = random.Random(seed)
    bases = [Base(corpus / name) for name in BASES]
    made = {}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for index in range(count):
            way, base = WAYS[index % len(WAYS)], bases[index // len(WAYS) % len(bases)]
            mutant, changed = way(base, dice)
            while mutant == base.bytes:
                mutant, changed = way(base, dice)
            name = f"{index:05}-{way.__name__}-{base.name}.pdf"
            (folder / name).write_bytes(mutant)
            made[name] = (way.__name__, changed)
        begun = time.monotonic()
        reports = kho_says(kho, corpus, folder)
        took = time.monotonic() - begun
        with concurrent.futures.ProcessPoolExecutor() as pool:
            peers = dict(zip(made, pool.map(peers_say, [str(folder / name) for name in made], chunksize=32)))
        worst = slowest(kho, corpus, [folder / name for name in dice.sample(sorted(made), min(200, count))])

    wrong, alone = [], []
    table = collections.defaultdict(collections.Counter)
    for name, (way, changed) in made.items():
        report, (pyhanko, pdfsig) = reports.get(name), peers[name]
        if report is None:
            wrong.append(f"{name}: no answer")
            continue
        believed = believes(report)
        row = table[way]
        row["mutants"] += 1
        row["kho"] += believed
        row["pyHanko"] += pyhanko is True
        row["pdfsig"] += pdfsig is True
        if changed and any(signature["integrity"] == "intact" for signature in report["signatures"]):
            wrong.append(f"{name}: signed bytes were changed, and it is intact")
        if believed and pyhanko is not True:
            alone.append(f"{name}: kho {report['signatures'][0]['conclusion']}, pyHanko {pyhanko}, pdfsig {pdfsig}")

    print(f"seed {seed}; believed (intact, valid, no forbidden change) by")
    print(f"{'way':24}{'mutants':>9}{'kho':>7}{'pyHanko':>9}{'pdfsig':>8}")
    for way, row in table.items():
        print(f"{way:24}{row['mutants']:>9}{row['kho']:>7}{row['pyHanko']:>9}{row['pdfsig']:>8}")
    print(f"kho judged {len(reports)} files in {took:.1f} s; slowest of 200 as a process of its own: {worst[0] * 1000:.0f} ms ({worst[1]})")
    for line in alone[:20]:
        print("kho, not pyHanko:", line)
    for line in wrong:
        print("WRONG:", line)
    print(f"{len(made) - len(wrong)} passed, {len(wrong)} failed")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
