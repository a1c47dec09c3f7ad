//! Repositories of Linux packages: small ones of our own making, and broken ones.

#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

use holdpoint_domain::patch::PatchClass;
use holdpoint_formats::repository::dnf::Distribution;
use holdpoint_formats::repository::{Limits, apt, dnf};
use proptest::prelude::*;
use std::collections::BTreeSet;

const RELEASE: &str = "Origin: Debian\nLabel: Debian-Security\nSuite: stable-security\nVersion: 12\n\
    Codename: bookworm-security\nMD5Sum:\n 00 1 main/binary-amd64/Packages\nSHA256:\n \
    0A11 1522 main/binary-amd64/Packages.gz\n 0b22 99 main/binary-amd64/Packages.xz\n";
const PACKAGES: &str = "Package: openssl\nVersion: 3.0.15-1~deb12u1\nArchitecture: amd64\nFilename: pool/o/openssl_3.deb\n\
    Size: 1430\nSHA256: ABCD\nDescription: toolkit\n goes on here\n\nPackage: nano\nVersion: 7.2-1\n\
    Architecture: amd64\n\nPackage: broken\nArchitecture: amd64\n";

#[test]
fn apt_gives_a_patch_for_each_wanted_package() {
    let limits = Limits::default();
    let release = apt::release(RELEASE.as_bytes(), &limits).unwrap();
    assert_eq!(release.distros(), ["bookworm", "debian-12"]);
    assert_eq!(release.files[0].sha256, "0a11");
    let read = apt::packages(&release, PACKAGES.as_bytes(), &limits, |name| name != "nano").unwrap();
    assert_eq!((read.value.packages, read.value.patches.len()), (3, 1));
    assert_eq!(read.warnings[0].code, "no-version");
    let patch = &read.value.patches[0];
    assert_eq!(patch.identifier, "deb openssl 3.0.15-1~deb12u1 (amd64)");
    assert_eq!(patch.class, PatchClass::Security);
    assert_eq!(
        patch.products,
        [
            "pkg:deb/debian/openssl@3.0.15-1~deb12u1?arch=amd64&distro=bookworm",
            "pkg:deb/debian/openssl@3.0.15-1~deb12u1?arch=amd64&distro=debian-12"
        ]
    );
    assert_eq!(patch.files[0].hashes, ["sha256:abcd"]);
    assert!(patch.restart.is_empty());
}

const REPOMD: &str = "<repomd xmlns='http://linux.duke.edu/metadata/repo'><data type='primary'>\
    <checksum type='sha256'>AA</checksum><location href='repodata/primary.xml.gz'/></data>\
    <data type='updateinfo'><location href='repodata/updateinfo.xml.gz'/></data></repomd>";
const UPDATES: &str = "<updates><update type='security'><id>EXSA-2031:0001</id><title>openssl update</title>\
    <severity>Critical</severity><issued date='2031-02-11 08:00:00'/><references>\
    <reference type='cve' id='cve-2031-0001' href='x'/><reference type='self' href='https://example.com/1'/></references>\
    <pkglist><collection><package name='openssl' epoch='1' version='3.0.7' release='27.el9' arch='x86_64'>\
    <filename>openssl-3.0.7-27.el9.x86_64.rpm</filename><sum type='sha256'>ff</sum><reboot_suggested>True</reboot_suggested>\
    </package></collection></pkglist></update>\
    <update type='bugfix'><id>EXBA-1</id><pkglist><collection><package name='nano' version='7'/></collection></pkglist>\
    </update></updates>";
const PRIMARY: &str = "<metadata><package type='rpm'><name>openssl</name><arch>x86_64</arch>\
    <version epoch='1' ver='3.0.7' rel='27.el9'/><checksum type='sha256'>ff</checksum></package>\
    <package type='rpm'><name>zlib</name><arch>x86_64</arch><version epoch='0' ver='1.2.11' rel='40.el9'/>\
    <checksum type='sha256'>ee</checksum><summary>Compression</summary><size package='100'/>\
    <location href='Packages/z/zlib.rpm'/></package></metadata>";

fn el9() -> Distribution {
    Distribution { namespace: "example".to_owned(), distros: vec!["el-9".to_owned()] }
}

#[test]
fn dnf_updates_are_patches_and_other_packages_stand_alone() {
    let limits = Limits::default();
    let lists = dnf::repomd(REPOMD.as_bytes(), &limits).unwrap();
    assert_eq!(
        (lists["primary"].sha256.as_str(), lists["updateinfo"].path.as_str()),
        ("aa", "repodata/updateinfo.xml.gz")
    );
    let updates = dnf::updates(&el9(), UPDATES.as_bytes(), &limits, |name| name != "nano").unwrap().value;
    assert_eq!((updates.packages, updates.patches.len()), (2, 1));
    let patch = &updates.patches[0];
    assert_eq!(patch.class, PatchClass::SecurityCritical);
    assert_eq!(
        (patch.fixes.as_slice(), patch.restart.as_str()),
        (["CVE-2031-0001".to_owned()].as_slice(), "machine")
    );
    assert_eq!(patch.products, ["pkg:rpm/example/openssl@1:3.0.7-27.el9?arch=x86_64&distro=el-9"]);
    assert_eq!(patch.released.unwrap().to_string(), "2031-02-11T08:00:00Z");
    let brought: BTreeSet<String> = patch.products.iter().cloned().collect();
    let rest = dnf::primary(&el9(), PRIMARY.as_bytes(), &limits, |_| true, &brought).unwrap().value;
    let names: Vec<&str> = rest.patches.iter().map(|patch| patch.identifier.as_str()).collect();
    assert_eq!(names, ["rpm zlib 1.2.11-40.el9 (x86_64)"]);
}

#[test]
fn broken_repositories_are_refused_in_words() {
    let limits = Limits::default();
    assert_eq!(apt::release(b"Origin: Debian\n", &limits).unwrap_err().code, "not-a-release");
    assert_eq!(apt::release(b"\xff\xfe", &limits).unwrap_err().code, "not-utf8");
    assert_eq!(dnf::repomd(b"<repomd/>", &limits).unwrap_err().code, "not-repomd");
    assert_eq!(dnf::updates(&el9(), b"<updates><update>", &limits, |_| true).unwrap_err().code, "not-xml");
    let small = Limits { packages: 1, ..limits };
    let release = apt::release(RELEASE.as_bytes(), &limits).unwrap();
    let many = apt::packages(&release, PACKAGES.as_bytes(), &small, |_| true).unwrap_err();
    assert_eq!(many.code, "too-many-packages");
    let tiny = Limits { bytes: 3, ..limits };
    assert_eq!(apt::release(RELEASE.as_bytes(), &tiny).unwrap_err().code, "too-large");
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,300}") {
        let limits = Limits::default();
        let release = apt::Release::default();
        drop(apt::release(text.as_bytes(), &limits));
        drop(apt::packages(&release, text.as_bytes(), &limits, |_| true));
        drop(dnf::repomd(text.as_bytes(), &limits));
        drop(dnf::updates(&el9(), text.as_bytes(), &limits, |_| true));
        drop(dnf::primary(&el9(), text.as_bytes(), &limits, |_| true, &BTreeSet::new()));
    }
}
