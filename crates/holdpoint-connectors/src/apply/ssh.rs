//! A line to a host over SSH: one script, its arguments, and what came of it, all of it bounded.
//!
//! The surprise: the host's key is pinned. A host that shows another key is not spoken to, and there is no trust on first
//! use; `look_at_key` only shows a person what the host says. The script is sent as the input of a shell, its arguments are
//! quoted here, and nothing that comes from outside becomes a part of the script.

use russh::client::{self, AuthResult};
use russh::keys::{PrivateKey, PrivateKeyWithHashAlg, PublicKey, PublicKeyOrCertificate, ssh_key::HashAlg};
use russh::{ChannelMsg, Disconnect};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Most bytes that are kept of each of the two outputs; a full package list of a large host has about 1 MiB.
pub const OUTPUT_BYTES: usize = 4 << 20;

/// A private key in OpenSSH's own form. It is never printed.
#[derive(Clone)]
pub struct LoginKey(Arc<PrivateKey>);

impl fmt::Debug for LoginKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginKey(…)")
    }
}

impl LoginKey {
    /// Reads a key without a passphrase.
    ///
    /// # Errors
    /// When the text is no such key.
    pub fn read(text: &str) -> Result<Self, SshError> {
        let key = PrivateKey::from_openssh(text).map_err(|why| SshError::Key { why: why.to_string() })?;
        if key.is_encrypted() {
            return Err(SshError::Key { why: "it has a passphrase, and nobody is there to type it".into() });
        }
        Ok(Self(Arc::new(key)))
    }

    /// The public half, as a line of `authorized_keys`.
    #[must_use]
    pub fn public_line(&self) -> String {
        self.0.public_key().to_openssh().unwrap_or_default()
    }
}

/// Whether scripts run with the rights of the account or of root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// Those of the account.
    Own,
    /// Root's, by `sudo` without a password.
    Sudo,
}

/// How to reach a host.
#[derive(Debug, Clone)]
pub struct Host {
    /// Its name or address.
    pub address: String,
    /// The port.
    pub port: u16,
    /// The account.
    pub user: String,
    /// The fingerprint of its key, as `SHA256:…`.
    pub fingerprint: String,
    /// The key to sign in with.
    pub key: LoginKey,
    /// With whose rights.
    pub rights: Rights,
}

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// From the first packet to being signed in.
    pub connect: Duration,
    /// From then to the end of the script.
    pub script: Duration,
}

/// What a script left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// Its exit code.
    pub code: u32,
    /// Its output, cut to [`OUTPUT_BYTES`].
    pub output: String,
    /// Its complaints, cut likewise.
    pub complaints: String,
}

/// Why there is no result. Which of these leave the host untouched is said by [`SshError::nothing_ran`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SshError {
    /// The key to sign in with is no use.
    #[error("the key to sign in with cannot be used: {why}")]
    Key {
        /// Why.
        why: String,
    },
    /// No answer.
    #[error("`{host}` cannot be reached: {why}")]
    Unreachable {
        /// The host.
        host: String,
        /// Why.
        why: String,
    },
    /// It shows another key than the one that is pinned.
    #[error(
        "`{host}` shows the key {shown}, and {pinned} is pinned; either it is another machine, or its key was changed: compare it at the machine itself, then pin the new one"
    )]
    OtherKey {
        /// The host.
        host: String,
        /// What it shows.
        shown: String,
        /// What was expected.
        pinned: String,
    },
    /// It does not let us in.
    #[error("`{host}` does not let `{user}` in with the key of this site")]
    NotLetIn {
        /// The host.
        host: String,
        /// The account.
        user: String,
    },
    /// The line broke while the script ran, or it took too long: how it ended is not known.
    #[error("how the script on `{host}` ended is not known: {why}")]
    Lost {
        /// The host.
        host: String,
        /// What happened.
        why: String,
    },
}

impl SshError {
    /// Whether it is sure that no script was begun.
    #[must_use]
    pub const fn nothing_ran(&self) -> bool {
        match self {
            Self::Key { .. } | Self::Unreachable { .. } | Self::OtherKey { .. } | Self::NotLetIn { .. } => {
                true
            }
            Self::Lost { .. } => false,
        }
    }
}

/// Looks at the key that a host shows, and hears its pinned one only.
struct KeyCheck {
    pinned: Option<String>,
    shown: Arc<Mutex<Option<String>>>,
}

impl client::Handler for KeyCheck {
    type Error = russh::Error;

    async fn check_server_key(&mut self, key: &PublicKeyOrCertificate) -> Result<bool, Self::Error> {
        let shown = match key {
            PublicKeyOrCertificate::PublicKey { key, .. } => fingerprint_of(key),
            // A certificate is trusted by an authority, and none is pinned here.
            PublicKeyOrCertificate::Certificate(_) => "a certificate".to_owned(),
        };
        let good = self.pinned.as_deref() == Some(shown.as_str());
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some(shown);
        Ok(good)
    }
}

fn fingerprint_of(key: &PublicKey) -> String {
    key.fingerprint(HashAlg::Sha256).to_string()
}

/// Runs a script on a host: `sh -s -- ARGUMENTS`, with the script as its input.
///
/// Blocks; call it from a thread that may wait.
///
/// # Errors
/// See [`SshError`]. An exit code that is not 0 is no error here.
pub fn run(host: &Host, script: &str, arguments: &[&str], patience: Patience) -> Result<Ran, SshError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|why| SshError::Unreachable { host: host.address.clone(), why: why.to_string() })?;
    runtime.block_on(async {
        let line = tokio::time::timeout(patience.connect, connect(host)).await.map_err(|_| {
            let why = format!("not signed in after {} s", patience.connect.as_secs());
            SshError::Unreachable { host: host.address.clone(), why }
        })??;
        let lost = |why: String| SshError::Lost { host: host.address.clone(), why };
        let ran = tokio::time::timeout(patience.script, talk(&line, host.rights, script, arguments)).await;
        // Saying good-bye is polite; nobody waits for the answer.
        let bye = line.disconnect(Disconnect::ByApplication, "", "en");
        let _ = tokio::time::timeout(Duration::from_millis(500), bye).await;
        match ran {
            Ok(Ok(ran)) => Ok(ran),
            Ok(Err(why)) => Err(lost(why)),
            Err(_) => Err(lost(format!("no end after {} s", patience.script.as_secs()))),
        }
    })
}

/// The fingerprint of the key that a host shows, for a person to compare. Nobody signs in.
///
/// # Errors
/// When it cannot be reached.
pub fn look_at_key(address: &str, port: u16, patience: Duration) -> Result<String, SshError> {
    let unreachable = |why: String| SshError::Unreachable { host: address.to_owned(), why };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|why| unreachable(why.to_string()))?;
    let shown = Arc::new(Mutex::new(None));
    let check = KeyCheck { pinned: None, shown: Arc::clone(&shown) };
    let ended = runtime.block_on(async {
        tokio::time::timeout(patience, client::connect(Arc::new(config()), (address, port), check)).await
    });
    let seen = shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
    seen.ok_or_else(|| match ended {
        Ok(Ok(_)) => unreachable("it showed no key".into()),
        Ok(Err(why)) => unreachable(why.to_string()),
        Err(_) => unreachable(format!("no answer after {} s", patience.as_secs())),
    })
}

fn config() -> client::Config {
    client::Config {
        keepalive_interval: Some(Duration::from_secs(15)),
        keepalive_max: 4,
        nodelay: true,
        ..client::Config::default()
    }
}

async fn connect(host: &Host) -> Result<client::Handle<KeyCheck>, SshError> {
    let unreachable = |why: String| SshError::Unreachable { host: host.address.clone(), why };
    let shown = Arc::new(Mutex::new(None));
    let check = KeyCheck { pinned: Some(host.fingerprint.clone()), shown: Arc::clone(&shown) };
    let mut line = match client::connect(Arc::new(config()), (host.address.as_str(), host.port), check).await
    {
        Ok(line) => line,
        Err(why) => {
            let seen = shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
            return Err(match seen {
                Some(shown) if shown != host.fingerprint => {
                    SshError::OtherKey { host: host.address.clone(), shown, pinned: host.fingerprint.clone() }
                }
                _ => unreachable(why.to_string()),
            });
        }
    };
    let hash = line.best_supported_rsa_hash().await.map_err(|why| unreachable(why.to_string()))?;
    let key = PrivateKeyWithHashAlg::new(Arc::clone(&host.key.0), hash.flatten());
    match line.authenticate_publickey(host.user.clone(), key).await {
        Ok(AuthResult::Success) => Ok(line),
        Ok(AuthResult::Failure { .. }) => {
            Err(SshError::NotLetIn { host: host.address.clone(), user: host.user.clone() })
        }
        Err(why) => Err(unreachable(why.to_string())),
    }
}

async fn talk(
    line: &client::Handle<KeyCheck>,
    rights: Rights,
    script: &str,
    arguments: &[&str],
) -> Result<Ran, String> {
    let mut channel = line.channel_open_session().await.map_err(|why| why.to_string())?;
    let mut command = String::from(match rights {
        Rights::Own => "sh -s --",
        Rights::Sudo => "sudo -n -- sh -s --",
    });
    for argument in arguments {
        command.push(' ');
        command.push_str(&quoted(argument));
    }
    channel.exec(true, command).await.map_err(|why| why.to_string())?;
    channel.data(script.as_bytes()).await.map_err(|why| why.to_string())?;
    channel.eof().await.map_err(|why| why.to_string())?;
    let (mut code, mut output, mut complaints) = (None, Vec::new(), Vec::new());
    while let Some(message) = channel.wait().await {
        match message {
            ChannelMsg::Data { data } => keep(&mut output, &data),
            ChannelMsg::ExtendedData { data, .. } => keep(&mut complaints, &data),
            ChannelMsg::ExitStatus { exit_status } => code = Some(exit_status),
            ChannelMsg::ExitSignal { signal_name, .. } => {
                return Err(format!("it was ended by the signal {signal_name:?}"));
            }
            ChannelMsg::Failure => return Err("the host refuses to run a command".into()),
            _ => {}
        }
    }
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    match code {
        Some(code) => Ok(Ran { code, output: text(output), complaints: text(complaints) }),
        None => Err("the line was closed before the end".into()),
    }
}

fn keep(kept: &mut Vec<u8>, bytes: &[u8]) {
    let room = OUTPUT_BYTES.saturating_sub(kept.len());
    kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
}

/// One word for a shell, whatever is in it.
#[must_use]
pub fn quoted(word: &str) -> String {
    let mut text = String::with_capacity(word.len() + 2);
    text.push('\'');
    for letter in word.chars() {
        match letter {
            '\'' => text.push_str("'\\''"),
            '\0' => {}
            other => text.push(other),
        }
    }
    text.push('\'');
    text
}
