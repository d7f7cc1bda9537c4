"""How long a verdict takes: ours, pyHanko's and pdfsig's on the same files in one run, in turn, so that noise hits all alike.

Usage: signature_bench.py BENCH CORPUS. BENCH is the example `bench` of kho-signature, CORPUS the folder of signed files, which has the
folder `bench` beside it. Ours and pyHanko are measured in process, the file in memory; pdfsig can only be measured as a process.
Everybody believes the same certificates: those that a file carries and that signed themselves. Exit code 1 where a goal is missed.
"""

import asyncio
import datetime
import io
import logging
import math
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

from asn1crypto import x509
from cryptography import x509 as made
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko_certvalidator import ValidationContext

SMALL = ["g-bb-rsa2048", "g-bb-ecdsa-p256", "g-blt-crl", "g-blta", "g-docmdp2-then-fill", "dss__pades-bes", "dss__Signature-P-HU_MIC-3",
         "dss__hello_signed_INCSAVE_signed", "dss__Test.signed_Certipost-2048-SHA512.extended-LTA",
         "pyHanko__minimal-two-fields-signed-twice", "DSS-2601"]
SEVERAL = [1, 2, 4, 8, 16, 32]
MOMENT = datetime.datetime(2026, 6, 1, tzinfo=datetime.timezone.utc)
# Rounds of asking all three about one file; the median counts. A file that takes seconds is asked about less often.
ROUNDS, FEWEST, SECONDS = 15, 3, 12


class Ours:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def judge(self, case):
        self.process.stdin.write("\t".join(map(str, [case.path, *case.anchor_paths])) + "\n")
        self.process.stdin.flush()
        milliseconds, signatures = self.process.stdout.readline().split()
        assert int(signatures) == case.signatures, f"{case.name}: {signatures} signatures, not {case.signatures}"
        return float(milliseconds)


def pyhanko(case, **how):
    """With full analysis of changes, or without: skip_diff=True."""
    begun = time.perf_counter()
    asyncio.run(pyhanko_says(case, how))
    return (time.perf_counter() - begun) * 1000


async def pyhanko_says(case, how):
    context = ValidationContext(trust_roots=case.anchors, moment=MOMENT, allow_fetching=False, revocation_mode="soft-fail")
    reader = PdfFileReader(io.BytesIO(case.bytes), strict=False)
    for signature in reader.embedded_signatures:
        validate = async_validate_pdf_timestamp if signature.sig_object["/SubFilter"] == "/ETSI.RFC3161" else async_validate_pdf_signature
        await validate(signature, context, **how)


def pdfsig(case):
    begun = time.perf_counter()
    subprocess.run(["pdfsig", "-no-ocsp", case.path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return (time.perf_counter() - begun) * 1000


class Case:
    """A file, and the certificates in it that signed themselves."""

    def __init__(self, name, path, folder):
        self.name, self.path, self.bytes = name, path, path.read_bytes()
        reader = PdfFileReader(io.BytesIO(self.bytes), strict=False)
        held = []
        for signature in reader.embedded_signatures:
            held += [signature.signer_cert, *signature.other_embedded_certs] if signature.signer_cert else []
        try:
            held += list(DocumentSecurityStore.read_dss(reader).load_certs())
        except NoDSSFoundError:
            pass
        own = {one.sha256: one for one in held if isinstance(one, x509.Certificate) and one.self_issued}
        self.signatures = len(reader.embedded_signatures)
        self.anchors = list(own.values())
        self.anchor_paths = []
        for anchor in self.anchors:
            self.anchor_paths.append(folder / f"{anchor.sha256.hex()}.der")
            self.anchor_paths[-1].write_bytes(anchor.dump())

    def measure(self, ways):
        """The median of each way, asked in turn."""
        times = {name: [] for name in ways}
        begun = time.monotonic()
        for turn in range(ROUNDS):
            for name, judge in ways.items():
                times[name].append(judge(self))
            if turn + 1 >= FEWEST and time.monotonic() - begun > SECONDS:
                break
        return {name: statistics.median(found) for name, found in times.items()}


def in_turn(ours, cases):
    """Our medians over many rounds of all the files: the peers take so long that the rounds with them are too few to subtract by."""
    times = [[] for _ in cases]
    for _ in range(5 * ROUNDS):
        for case, found in zip(cases, times):
            found.append(ours.judge(case))
    return [statistics.median(found) for found in times]


def signer():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = made.Name([made.NameAttribute(made.NameOID.COMMON_NAME, "Bench")])
    builder = made.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    builder = builder.not_valid_before(MOMENT - datetime.timedelta(days=700)).not_valid_after(MOMENT + datetime.timedelta(days=700))
    usage = made.KeyUsage(True, True, False, False, False, True, True, False, False)
    builder = builder.add_extension(made.BasicConstraints(True, None), True).add_extension(usage, True)
    private = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    certificate = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    pair = pathlib.Path(tempfile.mkdtemp())
    (pair / "key").write_bytes(private)
    (pair / "certificate").write_bytes(certificate)
    return signers.SimpleSigner.load(str(pair / "key"), str(pair / "certificate"))


def signed(path, size, times, by):
    """A page over a stream of so many bytes that can't be compressed, signed so many times, each over all before it."""
    writer = PdfFileWriter(stream_xrefs=False)
    filler = writer.add_object(generic.StreamObject(stream_data=random.Random(size).randbytes(size)))
    page = PageObject(contents=writer.add_object(generic.StreamObject(stream_data=b"q Q")), media_box=(0, 0, 595, 842))
    page["/Filler"] = filler
    writer.insert_page(page)
    out = io.BytesIO()
    writer.write(out)
    for number in range(times):
        writer = IncrementalPdfFileWriter(out)
        out = signers.sign_pdf(writer, signers.PdfSignatureMetadata(field_name=f"Signature{number}", md_algorithm="sha256"), by)
    path.write_bytes(out.getbuffer())
    return path


def row(name, size, count, *columns):
    print(f"{name[:40]:40} {size:>7} {count:>4} " + " ".join(f"{column:>10}" for column in columns), flush=True)


def main():
    logging.disable(logging.CRITICAL)
    ours, corpus = Ours(sys.argv[1]), pathlib.Path(sys.argv[2])
    goals = []

    def goal(text, found, most):
        goals.append(found <= most)
        print(f"{'met   ' if found <= most else 'MISSED'} {text}: {found:.3f}, at most {most:.3f}")

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        by = signer()
        ways = {"ours": ours.judge, "pyHanko": pyhanko, "no diff": lambda case: pyhanko(case, skip_diff=True), "pdfsig": pdfsig}
        row("median milliseconds", "KB", "n", *ways)

        def measure(name, path):
            case = Case(name, path, folder)
            found = case.measure(ways)
            row(name, len(case.bytes) // 1024, case.signatures, *(f"{time:.2f}" for time in found.values()))
            return found

        paths = [next(path for path in (corpus / f"{name}.pdf", corpus.parent / "bench" / f"{name}.pdf") if path.exists())
                 for name in SMALL]
        small = [measure(path.stem, path) for path in paths]
        means = {way: math.exp(statistics.mean(math.log(found[way]) for found in small)) for way in ways}
        row("geometric mean of these", "", "", *(f"{mean:.2f}" for mean in means.values()))
        many = measure("lt-short", corpus.parent / "bench" / "lt-short.pdf")
        measure("10 MB", signed(folder / "10.pdf", 10 << 20, 1, by))
        large = measure("50 MB", signed(folder / "50.pdf", 50 << 20, 1, by))
        series = [signed(folder / f"{count}-times.pdf", 100 << 10, count, by) for count in SEVERAL]
        for count, path in zip(SEVERAL, series):
            measure(f"{count} signatures over 100 KB", path)
        growth = in_turn(ours, [Case(path.stem, path, folder) for path in series])
        print()
        goal("small files, ours / pyHanko", means["ours"] / means["pyHanko"], 0.1)
        goal("25 signatures, ours / pdfsig", many["ours"] / many["pdfsig"], 1.0)
        goal("50 MB, ours / pyHanko", large["ours"] / large["pyHanko"], 0.85)
        # What one more signature costs at the end of the series, against what it costs at its start: one where growth is linear.
        cost = [(growth[at + 1] - growth[at]) / (SEVERAL[at + 1] - SEVERAL[at]) for at in range(len(SEVERAL) - 1)]
        print("       milliseconds for one more signature, ours: " + ", ".join(f"{each:.3f}" for each in cost))
        goal("growth, last / first half of the series", cost[-1] / statistics.mean(cost[:3]), 1.5)
    sys.exit(0 if all(goals) else 1)


if __name__ == "__main__":
    main()
