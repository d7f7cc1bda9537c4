//! Seeds for the fuzz targets, taken apart from signed files: `cargo run -p kho-signature --example fuzz_seeds -- CORPUS OUT`.
//!
//! OUT gets a folder for each target. A piece is named by its digest, so that what many files hold is there once.

#![expect(clippy::unwrap_used, reason = "a folder that can't be read or written ends it")]

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use kho_signature::cms::{SignedData, Token, archive_timestamps, signature_timestamps};
use kho_signature::crypto::Hash;
use kho_signature::pdf::Document;
use kho_signature::x509::Certificate;

/// Larger files make every turn slow, and the fuzzer keeps all in memory.
const LARGEST: usize = 80 * 1024;

fn main() {
    let mut arguments = std::env::args().skip(1).map(PathBuf::from);
    let (corpus, out) = (arguments.next().unwrap(), arguments.next().unwrap());
    let seeds = Seeds { out, trusted: trusted(&corpus.join("trust")) };
    for path in files(&corpus) {
        let bytes = fs::read(&path).unwrap();
        match &bytes[..] {
            [0x30, ..] => seeds.take_message(&bytes),
            [b'P', b'K', ..] => seeds.put("container", &bytes),
            [b'<', ..] | [0xef, 0xbb, 0xbf, b'<', ..] => seeds.put("xml", &bytes),
            _ if bytes.starts_with(b"%PDF") => seeds.take_pdf(&bytes),
            _ => {}
        }
    }
    files(&corpus.join("trust"))
        .filter(|path| path.extension().is_some_and(|kind| kind == "crl"))
        .for_each(|path| seeds.put("crl", &fs::read(path).unwrap()));
}

fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file())
}

fn trusted(folder: &Path) -> Vec<Vec<u8>> {
    let pem = files(folder).filter(|path| path.extension().is_some_and(|kind| kind == "pem"));
    pem.map(|path| {
        let text = fs::read_to_string(path).unwrap();
        let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
        base64::engine::general_purpose::STANDARD.decode(body).unwrap()
    })
    .collect()
}

struct Seeds {
    out: PathBuf,
    /// Certificates that chains of the corpus end at.
    trusted: Vec<Vec<u8>>,
}

/// What a file brings along to be believed.
#[derive(Default)]
struct Pieces {
    certificates: Vec<Vec<u8>>,
    crls: Vec<Vec<u8>>,
    ocsps: Vec<Vec<u8>>,
}

impl Seeds {
    fn put(&self, target: &str, bytes: &[u8]) {
        if bytes.len() <= LARGEST {
            let folder = self.out.join(target);
            fs::create_dir_all(&folder).unwrap();
            let name: String =
                Hash::Sha256.of(&[bytes]).iter().take(10).map(|byte| format!("{byte:02x}")).collect();
            fs::write(folder.join(name), bytes).unwrap();
        }
    }

    fn take_pdf(&self, bytes: &[u8]) {
        self.put("pdf_signatures", bytes);
        let Ok(document) = Document::open(bytes) else { return };
        let store = document.dss();
        let mut pieces = Pieces { certificates: store.certificates, crls: store.crls, ocsps: store.ocsps };
        for signature in document.signatures() {
            self.take_one(&signature.contents, &mut pieces);
        }
        self.put_pieces(pieces);
    }

    fn take_message(&self, bytes: &[u8]) {
        let mut pieces = Pieces::default();
        self.take_one(bytes, &mut pieces);
        self.put_pieces(pieces);
    }

    fn take_one(&self, bytes: &[u8], pieces: &mut Pieces) {
        let Ok((message, rest)) = SignedData::read(bytes) else { return };
        let bytes = &bytes[..bytes.len() - rest.len()];
        self.put(if Token::read(bytes).is_ok() { "timestamp" } else { "cms" }, bytes);
        pieces.certificates.extend(own(&message.certificates));
        pieces.crls.extend(own(&message.crls));
        pieces.ocsps.extend(own(&message.ocsps));
        for signer in &message.signers {
            for token in signature_timestamps(signer).chain(archive_timestamps(signer)) {
                self.put("timestamp", token.raw);
                self.take_one(token.raw, pieces);
            }
        }
    }

    fn put_pieces(&self, mut pieces: Pieces) {
        pieces.crls.iter().for_each(|crl| self.put("crl", crl));
        pieces.ocsps.iter().for_each(|ocsp| self.put("ocsp", ocsp));
        // The path target judges its first certificate, and trusts its last one.
        let is_authority =
            |der: &Vec<u8>| Certificate::from_der(der).is_ok_and(|one| one.extensions().is_authority);
        pieces.certificates.sort_by_key(is_authority);
        for anchor in &self.trusted {
            let all = pieces.certificates.iter().chain(&pieces.crls).chain(&pieces.ocsps);
            let mut seed = Vec::new();
            for piece in all.chain([anchor]) {
                if let Ok(size) = u16::try_from(piece.len()) {
                    seed.extend_from_slice(&size.to_be_bytes());
                    seed.extend_from_slice(piece);
                }
            }
            self.put("path", &seed);
        }
    }
}

fn own(list: &[&[u8]]) -> Vec<Vec<u8>> {
    list.iter().map(|piece| piece.to_vec()).collect()
}
