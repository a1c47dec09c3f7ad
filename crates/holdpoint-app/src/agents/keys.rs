//! The keys of the door: the authority that signs devices' certificates, and for each site the key that signs its orders.
//!
//! Files in a folder of the installation, readable by their owner alone. Keys of people, which sign roots and images, are
//! never here. The surprise: the server's own certificate is made anew at each start; devices believe the authority.

use crate::App;
use crate::error::AppError;
use holdpoint_domain::id::{AssetId, SiteId};
use holdpoint_domain::{Moment, Rejected};
use holdpoint_wire::envelope::Signer;
use holdpoint_wire::text::{Hash, from_hex, hex};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, SerialNumber,
};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

const DAY: i64 = 24 * 3_600_000_000;
/// How long the authority holds: longer than a plant keeps a server.
const AUTHORITY_DAYS: i64 = 20 * 365;
/// How long a device's certificate holds; the agent renews it when two thirds are over.
pub const DEVICE_DAYS: i64 = 400;
/// How long the server's own certificate holds, which is made at each start.
const SERVER_DAYS: i64 = 800;

/// The authority of this installation.
pub struct Authority {
    key: KeyPair,
    pem: String,
    der: Vec<u8>,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Authority({})", self.fingerprint())
    }
}

/// A certificate and its key, as TLS wants them.
pub struct ServerIdentity {
    /// The certificate and the authority behind it, in DER.
    pub chain: Vec<Vec<u8>>,
    /// The private key, PKCS #8 in DER.
    pub key: Vec<u8>,
}

/// A certificate that was signed for a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedDevice {
    /// It and the authority, in PEM.
    pub pem: String,
    /// SHA-256 of it in DER.
    pub sha256: [u8; 32],
    /// Until when it holds.
    pub expires_at: Moment,
}

/// The folder of keys.
///
/// # Errors
/// [`AppError::File`] when this installation has none.
pub(super) fn folder(app: &App) -> Result<PathBuf, AppError> {
    app.settings().door_folder.clone().ok_or_else(|| {
        file_error("this installation has no folder for the door's keys", "name one with --data-dir")
    })
}

/// The authority; it is made when there is none.
///
/// # Errors
/// [`AppError::File`] when its files cannot be read or written, or are readable by others.
pub fn authority(app: &App) -> Result<Authority, AppError> {
    let folder = folder(app)?;
    let (key_path, pem_path, der_path) =
        (folder.join("authority.key"), folder.join("authority.pem"), folder.join("authority.der"));
    let bad = |why: &dyn std::fmt::Display| {
        let what = format!("the authority in `{}` cannot be used: {why}", folder.display());
        file_error(
            &what,
            "bring the folder back from a backup; with another authority every device is enrolled anew",
        )
    };
    // Held until the end: the server and a command may both come first.
    let _own = alone(&folder)?;
    if let (Some(key), Some(pem)) = (read_secret(&key_path)?, read_secret(&pem_path)?) {
        let key = KeyPair::from_pem(&key).map_err(|why| bad(&why))?;
        let der = fs::read(&der_path).map_err(|why| bad(&why))?;
        return Ok(Authority { key, pem, der });
    }
    if key_path.exists() || pem_path.exists() {
        return Err(bad(&"one of its two files is missing"));
    }
    let key = KeyPair::generate().map_err(|why| bad(&why))?;
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    params.distinguished_name = name("Holdpoint devices");
    params.serial_number = Some(SerialNumber::from_slice(&serial(app)));
    dates(&mut params, app.now(), AUTHORITY_DAYS);
    let made = params.self_signed(&key).map_err(|why| bad(&why))?;
    let (pem, der) = (made.pem(), made.der().to_vec());
    write_secret(&der_path, &der)?;
    write_secret(&pem_path, pem.as_bytes())?;
    write_secret(&key_path, key.serialize_pem().as_bytes())?;
    Ok(Authority { key, pem, der })
}

/// Waits until no other process makes keys in this folder; they may when what is given is dropped.
fn alone(folder: &Path) -> Result<fs::File, AppError> {
    let path = folder.join("lock");
    let locked = (|| {
        fs::create_dir_all(folder)?;
        let file = fs::File::options().create(true).truncate(false).write(true).open(&path)?;
        file.lock()?;
        Ok(file)
    })();
    locked.map_err(|why: std::io::Error| {
        let what = format!("cannot lock `{}`: {why}", path.display());
        file_error(&what, "let the account of the server write there")
    })
}

impl Authority {
    /// What a person brings to a device: SHA-256 of the authority's certificate.
    #[must_use]
    pub fn fingerprint(&self) -> Hash {
        Hash::of(&self.der)
    }

    /// Its certificate in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    fn issuer(&self) -> Result<Issuer<'static, &KeyPair>, AppError> {
        Issuer::from_ca_cert_der(&self.der.as_slice().into(), &self.key).map_err(|why| cannot(&why))
    }

    /// A fresh certificate for the server under these names and addresses.
    ///
    /// # Errors
    /// [`AppError::File`] for a name that no certificate can have.
    pub fn server(&self, app: &App, names: &[String]) -> Result<ServerIdentity, AppError> {
        let key = KeyPair::generate().map_err(|why| cannot(&why))?;
        let mut params = CertificateParams::new(names).map_err(|why| cannot(&why))?;
        params.distinguished_name = name("Holdpoint agents' door");
        params.serial_number = Some(SerialNumber::from_slice(&serial(app)));
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        dates(&mut params, app.now(), SERVER_DAYS);
        let made = params.signed_by(&key, &self.issuer()?).map_err(|why| cannot(&why))?;
        Ok(ServerIdentity { chain: vec![made.der().to_vec(), self.der.clone()], key: key.serialize_der() })
    }

    /// Signs a device's key; nothing of the request but the key is taken.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a request that is none, or whose signature does not hold.
    pub(super) fn device(&self, app: &App, request: &str, asset: AssetId) -> Result<SignedDevice, AppError> {
        let asked = CertificateSigningRequestParams::from_pem(request).map_err(|why| {
            let what = format!("the request for a certificate cannot be used: {why}");
            AppError::invalid("bad-certificate-request", what, "nothing was enrolled", "update the agent")
        })?;
        let now = app.now();
        let mut params = CertificateParams::default();
        params.distinguished_name = name(&asset.to_string());
        params.serial_number = Some(SerialNumber::from_slice(&serial(app)));
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        dates(&mut params, now, DEVICE_DAYS);
        let made = params.signed_by(&asked.public_key, &self.issuer()?).map_err(|why| cannot(&why))?;
        Ok(SignedDevice {
            pem: format!("{}{}", made.pem(), self.pem),
            sha256: crate::intake::prepare::sha256(made.der()),
            expires_at: now.plus_micros((DEVICE_DAYS - 1) * DAY),
        })
    }
}

/// The key that signs a site's orders; it is made when there is none.
///
/// # Errors
/// [`AppError::File`] when its file cannot be read or written, or is readable by others.
pub(crate) fn order_key(app: &App, site: SiteId) -> Result<Signer, AppError> {
    let folder = folder(app)?;
    let path = folder.join(format!("order-{site}.key"));
    let _own = alone(&folder)?;
    if let Some(text) = read_secret(&path)? {
        let seed = from_hex::<32>(text.trim()).ok_or_else(|| {
            let what = format!("`{}` holds no key", path.display());
            file_error(
                &what,
                "bring it back from a backup, or take it away and have a root signed for a new one",
            )
        })?;
        return Ok(Signer::from_seed(&seed));
    }
    let seed: [u8; 32] = app.random_bytes();
    write_secret(&path, format!("{}\n", hex(&seed)).as_bytes())?;
    Ok(Signer::from_seed(&seed))
}

fn serial(app: &App) -> [u8; 16] {
    let mut bytes: [u8; 16] = app.random_bytes();
    // A serial number is positive and has no leading zero byte.
    bytes[0] = bytes[0] & 0x7f | 0x40;
    bytes
}

fn name(text: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, text);
    name
}

/// From the day before, because devices' clocks are behind at times.
fn dates(params: &mut CertificateParams, now: Moment, days: i64) {
    let day = |at: Moment| {
        let date = at.to_string();
        let mut parts =
            date.get(..10).unwrap_or("1970-01-01").split('-').map(|part| part.parse::<u16>().unwrap_or(1));
        let (year, month, day) = (parts.next(), parts.next(), parts.next());
        let small = |part: Option<u16>| u8::try_from(part.unwrap_or(1)).unwrap_or(1);
        rcgen::date_time_ymd(i32::from(year.unwrap_or(1970)), small(month), small(day))
    };
    params.not_before = day(now.plus_micros(-DAY));
    params.not_after = day(now.plus_micros(days * DAY));
}

fn cannot(why: &dyn std::fmt::Display) -> AppError {
    file_error(&format!("a certificate cannot be made: {why}"), "check the names that the door was given")
}

pub(super) fn file_error(what: &str, remedy: &str) -> AppError {
    AppError::File(Rejected::new("door-keys", what, "nothing was done", remedy))
}

/// A file that nobody else may read; `None` when there is none.
fn read_secret(path: &Path) -> Result<Option<String>, AppError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(why) => {
            let what = format!("cannot read `{}`: {why}", path.display());
            return Err(file_error(&what, "let the account of the server read it"));
        }
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(path).map_or(0, |seen| seen.permissions().mode());
        if mode & 0o077 != 0 {
            let what = format!("`{}` can be read by others than its owner", path.display());
            return Err(file_error(&what, "set its mode to 600, and ask yourself who has read it"));
        }
    }
    Ok(Some(text))
}

/// Writes a file that nobody else may read; one that is there is not touched.
///
/// # Errors
/// [`AppError::File`].
pub fn write_secret(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    let written = (|| {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let mut file = options.open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    })();
    written.map_err(|why: std::io::Error| {
        let what = format!("cannot write `{}`: {why}", path.display());
        file_error(&what, "let the account of the server write there")
    })
}
