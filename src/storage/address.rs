//! Where objects lie: `file:PATH`, or `s3://bucket/prefix?endpoint=URL&region=NAME`.

use std::path::PathBuf;
use std::str::FromStr;

use percent_encoding::percent_decode_str;

use super::StorageError;

/// A store as the configuration names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    Files(PathBuf),
    S3(BucketAddress),
}

/// A place in an S3-compatible store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketAddress {
    pub bucket: String,
    /// What every object's name in the bucket begins with: empty, or a path with a slash at its end.
    pub prefix: String,
    /// Where the service is; `None` for Amazon's of the region.
    pub endpoint: Option<String>,
    pub region: String,
}

/// What Amazon takes for a request without a region, and others take as their default.
pub(super) const DEFAULT_REGION: &str = "us-east-1";

impl FromStr for Address {
    type Err = StorageError;

    fn from_str(url: &str) -> Result<Self, StorageError> {
        if let Some(path) = url.strip_prefix("file:") {
            return match path.strip_prefix("//").unwrap_or(path) {
                "" => Err(StorageError::Address("an object store file: needs a folder".to_owned())),
                path => Ok(Address::Files(path.into())),
            };
        }
        let Some(rest) = url.strip_prefix("s3://") else {
            return Err(StorageError::Address("an object store is file:PATH or s3://BUCKET".to_owned()));
        };
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        if bucket.is_empty() {
            return Err(StorageError::Address("an object store s3:// needs a bucket".to_owned()));
        }
        let prefix = match prefix.trim_matches('/') {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        };
        let mut address = BucketAddress {
            bucket: bucket.to_owned(),
            prefix,
            endpoint: None,
            region: DEFAULT_REGION.to_owned(),
        };
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let value = percent_decode_str(value).decode_utf8_lossy().into_owned();
            match name {
                "endpoint" => address.endpoint = Some(value),
                "region" => address.region = value,
                _ => {
                    return Err(StorageError::Address(format!("an object store s3:// has no option {name}")));
                }
            }
        }
        Ok(Address::S3(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_named_with_or_without_a_prefix() {
        let parsed: Address =
            "s3://vault/a/b/?endpoint=http%3A%2F%2Fs3.local:7480&region=vn-1".parse().unwrap();
        assert_eq!(
            parsed,
            Address::S3(BucketAddress {
                bucket: "vault".to_owned(),
                prefix: "a/b/".to_owned(),
                endpoint: Some("http://s3.local:7480".to_owned()),
                region: "vn-1".to_owned(),
            })
        );
        let Address::S3(bare) = "s3://vault".parse().unwrap() else { panic!("a bucket") };
        assert_eq!((bare.prefix.as_str(), bare.endpoint, bare.region.as_str()), ("", None, "us-east-1"));
    }

    #[test]
    fn what_names_no_store_is_refused() {
        for url in ["", "data/objects", "file:", "file://", "s3://", "s3:///prefix", "s3://vault?key=1"] {
            assert!(matches!(url.parse::<Address>(), Err(StorageError::Address(_))), "{url}");
        }
        assert_eq!("file:data/objects".parse::<Address>().unwrap(), Address::Files("data/objects".into()));
        assert_eq!("file:///srv/kho".parse::<Address>().unwrap(), Address::Files("/srv/kho".into()));
    }
}
